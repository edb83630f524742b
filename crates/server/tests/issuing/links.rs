use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use issue::conformance::stage::Stage;
use issue::order::AppId;

use crate::house::{APP, House};

impl House {
    /// The link to the document of an order that is issued.
    async fn link(&self, number: &str) -> String {
        self.stage.desk.accept(&AppId::from(APP), &Stage::request(number, 10)).await.unwrap();
        self.stage.work_for(Duration::from_secs(60)).await;
        let links = self.stage.desk.links(&self.stage.order(number).await).await.unwrap();
        links[0].1.strip_prefix("https://fapiao.invalid").unwrap().to_owned()
    }

    async fn get(&self, path: &str) -> (StatusCode, axum::http::HeaderMap, Vec<u8>) {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }
}

#[tokio::test]
async fn a_document_comes_with_its_media_type_and_name() {
    let house = House::build().await;
    let link = house.link("停车-1/2").await;
    for path in [link.clone(), format!("{link}.pdf")] {
        let (status, headers, body) = house.get(&path).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (StatusCode::OK, "application/pdf"), "{path}");
        assert!(body.starts_with(b"%PDF-"));
        assert_eq!(headers["content-disposition"].to_str().unwrap(), "inline; filename=\"__-1_2-0.pdf\"");
        assert_eq!(headers["cache-control"].to_str().unwrap(), "private, max-age=3600");
        assert_eq!(headers["x-content-type-options"].to_str().unwrap(), "nosniff");
        assert_eq!(headers["referrer-policy"].to_str().unwrap(), "no-referrer");
    }
}

#[tokio::test]
async fn what_leads_nowhere_says_so() {
    let house = House::build().await;
    let link = house.link("L-1").await;
    let mut other = link.clone();
    other.replace_range(link.len() - 1.., if link.ends_with('A') { "B" } else { "A" });
    for (path, status, says) in [
        (format!("{link}.ofd"), StatusCode::NOT_FOUND, "此格式"),
        (format!("{link}.exe"), StatusCode::NOT_FOUND, "链接不存在"),
        (other, StatusCode::NOT_FOUND, "链接不存在"),
        ("/d/x".to_owned(), StatusCode::NOT_FOUND, "链接不存在"),
        (format!("/d/{}", "x".repeat(10_000)), StatusCode::NOT_FOUND, "链接不存在"),
    ] {
        let (found, _, body) = house.get(&path).await;
        let body = String::from_utf8(body).unwrap();
        assert!(found == status && body.contains(says), "{path}: {found} {body}");
    }
    house.stage.clock.forward(Duration::from_secs(61 * 86_400));
    let (status, headers, body) = house.get(&format!("{link}.pdf")).await;
    assert!(status == StatusCode::GONE && String::from_utf8(body).unwrap().contains("已过期"));
    assert_eq!(headers["cache-control"].to_str().unwrap(), "no-store");
    // Who asks for the order again gets a link that works.
    let fresh = house.stage.desk.links(&house.stage.order("L-1").await).await.unwrap()[0].1.clone();
    assert_eq!(house.get(fresh.strip_prefix("https://fapiao.invalid").unwrap()).await.0, StatusCode::OK);
    house.stage.store.sweep_links(house.stage.desk.caller.clock.now()).await.unwrap();
    assert_eq!(house.get(&link).await.0, StatusCode::NOT_FOUND, "a link that was swept is forgotten");
}
