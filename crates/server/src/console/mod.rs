//! What a person sees at `/`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;

use crate::app::App;

const PAGE: &str = include_str!("index.html");

/// A page that says what runs here and where its doors are.
pub(crate) async fn page(State(app): State<Arc<App>>) -> Html<String> {
    let (zh, en) = match app.settings.pictures {
        Some(_) => ("数字文件与图片", "digital documents and pictures"),
        None => ("仅数字文件（未安装识别模型，请运行 make models）", "digital documents only (no models: run make models)"),
    };
    Html(PAGE.replace("{version}", &escape(&app.settings.version)).replace("{reads_zh}", zh).replace("{reads_en}", en))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
