//! Apps and sellers.

use std::sync::Arc;

use super::sample::{SELLER, app, at, seller};
use crate::order::{AppId, Target, TaxId};
use crate::secret::Sealed;
use crate::store::{Login, Store, StoreError};

pub(super) async fn apps_are_kept(store: Arc<dyn Store>) {
    assert_eq!(store.app(&AppId::from("demo")).await.unwrap(), None);
    let mut demo = app("demo");
    store.put_app(&demo).await.unwrap();
    store.put_app(&app("another")).await.unwrap();
    assert_eq!(store.app(&demo.id).await.unwrap(), Some(demo.clone()));
    demo.earlier_secret = Some((demo.secret.clone(), at(86_400_000)));
    demo.secret = Sealed(vec![0, 255, 7]);
    demo.targets = vec![Target { dialect: "native".to_owned(), url: "https://partner.invalid/hook?key=1".to_owned() }];
    demo.enabled = false;
    store.put_app(&demo).await.unwrap();
    assert_eq!(store.apps().await.unwrap(), [app("another"), demo]);
}

pub(super) async fn sellers_are_kept(store: Arc<dyn Store>) {
    store.put_app(&app("demo")).await.unwrap();
    store.put_app(&app("other")).await.unwrap();
    let mut first = seller("demo");
    first.settings.insert("extensionNumber".to_owned(), "1".into());
    first.secret = Some(Sealed(vec![1, 2, 3]));
    store.put_seller(&first).await.unwrap();
    store.put_seller(&seller("other")).await.unwrap();
    let (demo, tax_id) = (AppId::from("demo"), TaxId::from(SELLER));
    assert_eq!(store.seller(&demo, &tax_id).await.unwrap(), Some(first.clone()));
    assert_eq!(store.seller(&demo, &TaxId::from("91110000MA00FAPA1B")).await.unwrap(), None);
    assert_eq!(store.seller_of_merchant(&demo, "6262666666").await.unwrap(), Some(first.clone()));
    assert_eq!(store.seller_of_merchant(&demo, "6262666667").await.unwrap(), None);
    assert_eq!(store.sellers(Some(&demo)).await.unwrap(), [first.clone()]);
    assert_eq!(store.sellers(None).await.unwrap(), [first, seller("other")]);
}

pub(super) async fn merchants_are_unique(store: Arc<dyn Store>) {
    store.put_app(&app("demo")).await.unwrap();
    let first = seller("demo");
    store.put_seller(&first).await.unwrap();
    // Its own numbers do not stand in its way.
    store.put_seller(&first).await.unwrap();
    let mut second = seller("demo");
    second.party.tax_id = TaxId::from("91110000MA00FAPA1B");
    assert!(matches!(store.put_seller(&second).await, Err(StoreError::Taken(_))));
    second.merchants = vec!["7".to_owned(), "8".to_owned()];
    store.put_seller(&second).await.unwrap();
    assert_eq!(store.seller_of_merchant(&second.app, "8").await.unwrap().unwrap().party.tax_id, second.party.tax_id);
    // A number that was given up can be taken.
    second.merchants = vec!["8".to_owned()];
    store.put_seller(&second).await.unwrap();
    assert_eq!(store.seller_of_merchant(&second.app, "7").await.unwrap(), None);
}

pub(super) async fn the_later_login_stays(store: Arc<dyn Store>) {
    store.put_app(&app("demo")).await.unwrap();
    let mut demo = seller("demo");
    let tax_id = demo.party.tax_id.clone();
    store.note_login(&demo.app, &tax_id, &Login::Present { seen_at: at(1) }).await.unwrap();
    assert_eq!(store.seller(&demo.app, &tax_id).await.unwrap(), None);
    store.put_seller(&demo).await.unwrap();
    let missing = Login::Missing { seen_at: at(5), text: "请先登录".to_owned() };
    store.note_login(&demo.app, &tax_id, &missing).await.unwrap();
    assert_eq!(store.seller(&demo.app, &tax_id).await.unwrap().unwrap().login, missing);
    // Settings that were read before do not undo it.
    demo.login = Login::Present { seen_at: at(2) };
    demo.enabled = false;
    store.put_seller(&demo).await.unwrap();
    let kept = store.seller(&demo.app, &tax_id).await.unwrap().unwrap();
    assert_eq!((kept.login, kept.enabled), (missing, false));
}
