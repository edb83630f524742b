//! The partner's ear: what was heard by callback, and confirmed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;

use crate::chance::Chance;
use crate::gate::Partner;
use crate::http::{Reply, Request, Service};

/// What callbacks said of one order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Each `status` and `invoice_no` that was confirmed, as often as it came.
    pub(crate) told: Vec<(String, String)>,
    /// Attempts that were not confirmed.
    pub(crate) refused: u32,
}

/// The ear.
pub(crate) struct Receiver {
    heard: Mutex<HashMap<String, Heard>>,
    /// Of callbacks whose signature is wrong.
    forged: Mutex<Vec<String>>,
    partner: Mutex<Option<Partner>>,
    chance: Chance,
}

impl Receiver {
    /// Starts to listen. One in ten callbacks is refused at first, and as many break off after they were heard.
    pub(crate) fn start(seed: u64) -> Result<(Arc<Receiver>, Service)> {
        let receiver =
            Arc::new(Receiver { heard: Mutex::default(), forged: Mutex::default(), partner: Mutex::default(), chance: Chance::of(seed) });
        let listening = Arc::clone(&receiver);
        let service = Service::start(move |request| listening.hear(request))?;
        Ok((receiver, service))
    }

    /// Whose callbacks they are.
    pub(crate) fn of(&self, partner: &Partner) {
        *self.partner.lock().unwrap_or_else(PoisonError::into_inner) = Some(partner.clone());
    }

    fn heard(&self) -> MutexGuard<'_, HashMap<String, Heard>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was heard of an order.
    pub(crate) fn heard_of(&self, number: &str) -> Heard {
        self.heard().get(number).cloned().unwrap_or_default()
    }

    /// Callbacks that were not signed by the platform.
    pub(crate) fn forged(&self) -> Vec<String> {
        self.forged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hear(&self, request: &Request) -> Reply {
        let form = request.form();
        let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default();
        let signed = self.partner.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|partner| partner.is_signed(&form));
        if !signed || request.method != "POST" {
            self.forged.lock().unwrap_or_else(PoisonError::into_inner).push(String::from_utf8_lossy(&request.body).into_owned());
        }
        let mut all = self.heard();
        let heard = all.entry(field("obtain_order")).or_default();
        if heard.refused == 0 && heard.told.is_empty() && self.chance.percent(10) {
            heard.refused += 1;
            return Some((503, "text/plain", Vec::new()));
        }
        heard.told.push((field("status"), field("invoice_no")));
        if heard.told.len() == 1 && self.chance.percent(10) {
            return None;
        }
        Some((200, "application/json", b"{\"code\":\"1001\"}".to_vec()))
    }
}
