//! The providers in their moods.

use std::sync::Arc;

use async_trait::async_trait;
use issue::order::ProviderNumber;
use providers::sandbox::{Bureau, Sandbox};
use serde_json::json;

use super::{Mood, Subject};
use crate::house::{House, Other, clock};
use crate::stub::{Break, Plan, RedPlan, Stub};

pub(crate) struct OnSandbox;

#[async_trait]
impl Subject for OnSandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    async fn house(&self, mood: Mood) -> House {
        let clock = clock();
        let bureau = Arc::new(Bureau::in_memory(clock.clone()));
        let switch = match mood {
            Mood::Good => None,
            Mood::Unreachable => Some("unreachable:1"),
            Mood::BreaksBefore | Mood::RedBreaksBefore => Some("timeout_before:1"),
            Mood::BreaksAfter | Mood::RedBreaksAfter => Some("lost_answer:1"),
            Mood::Hangs => Some("timeout_after:1"),
            Mood::ErrorPage => Some("server_error:1"),
            Mood::Garbage => Some("garbage:1"),
            Mood::Refuses => Some("reject:1"),
            Mood::Fails => Some("fail:1"),
            Mood::WantsLogin => Some("login"),
            Mood::SealFails => Some("seal_fails:1"),
            Mood::Splits => Some("split"),
            Mood::QueryBreaks => Some("query_fails:1"),
            Mood::KnowsLate => Some("not_found:1"),
            Mood::StaleDocument => Some("damaged_document:1"),
            Mood::BuyerConfirms => Some("buyer_confirms"),
            Mood::BuyerRefuses => Some("buyer_refuses"),
        };
        let (counted, noticed) = (bureau.clone(), bureau.clone());
        let other = Other {
            provider: Arc::new(Sandbox),
            transport: bureau,
            settings: json!({"switches": switch.into_iter().collect::<Vec<_>>()}),
            secret: None,
            issued: Box::new(move |number: &ProviderNumber| counted.issued(number).unwrap()),
            notices: Box::new(move || noticed.notices().unwrap()),
        };
        House::new(clock, other).await
    }
}

pub(crate) struct OnNuonuo;

#[async_trait]
impl Subject for OnNuonuo {
    fn name(&self) -> &'static str {
        "nuonuo"
    }

    async fn house(&self, mood: Mood) -> House {
        let clock = clock();
        let stub = Stub::start(clock.clone()).await;
        const ISSUE: &str = "requestBillingNew";
        const RED: &str = "saveInvoiceRedConfirm";
        match mood {
            Mood::Good => {}
            // Nothing is known of a call whose connection could be made: see below.
            Mood::Unreachable => {}
            Mood::BreaksBefore => stub.break_next(ISSUE, Break::Before),
            Mood::BreaksAfter => stub.break_next(ISSUE, Break::After),
            Mood::Hangs => stub.break_next(ISSUE, Break::Hang),
            Mood::ErrorPage => stub.break_next(ISSUE, Break::Page(502)),
            Mood::Garbage => stub.break_next(ISSUE, Break::Garbage),
            Mood::Refuses => stub.break_next(ISSUE, Break::Code("E9121", "商品编码有误")),
            Mood::Fails => stub.plan(Plan::Fail("[9999]库存不足")),
            Mood::WantsLogin => stub.state().logged_in = false,
            Mood::SealFails => stub.plan(Plan::SealFails),
            Mood::Splits => stub.plan(Plan::Split(2)),
            Mood::QueryBreaks => stub.break_next("queryInvoiceResult", Break::Half),
            Mood::KnowsLate => stub.break_next("queryInvoiceResult", Break::Code("E9500", "发票不存在")),
            Mood::StaleDocument => stub.state().stale_documents = 1,
            Mood::RedBreaksAfter => stub.break_next(RED, Break::After),
            Mood::RedBreaksBefore => stub.break_next(RED, Break::Before),
            Mood::BuyerConfirms => stub.plan_red(RedPlan::Confirms),
            Mood::BuyerRefuses => stub.plan_red(RedPlan::Refuses),
        }
        let mut other = stub.other();
        if mood == Mood::Unreachable {
            other.transport = Arc::new(unreachable::Once::new(other.transport));
        }
        House::new(clock, other).await
    }
}

mod unreachable {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use async_trait::async_trait;
    use issue::provider::{Answer, Call};
    use issue::transport::{Fault, Transport};

    /// Sends the first call for issuing to a port where nobody listens.
    pub(crate) struct Once(Arc<dyn Transport>, AtomicBool);

    impl Once {
        pub(crate) fn new(transport: Arc<dyn Transport>) -> Once {
            Once(transport, AtomicBool::new(false))
        }
    }

    #[async_trait]
    impl Transport for Once {
        async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
            let issues = call.header_value("method").is_some_and(|method| method.ends_with("requestBillingNew"));
            if issues && !self.1.swap(true, Ordering::SeqCst) {
                let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
                let mut call = call.clone();
                call.url = format!("http://{closed}/");
                return self.0.carry(&call).await;
            }
            self.0.carry(call).await
        }
    }
}
