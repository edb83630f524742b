//! The way of a call: to the sandbox's bureau inside this process, or out.

use std::sync::Arc;

use async_trait::async_trait;
use issue::provider::{Answer, Call};
use issue::transport::{Fault, Transport};

use crate::sandbox::{self, Bureau};

/// Carries calls with the sandbox's addresses to the bureau in this process, and all others out.
pub struct Routed {
    bureau: Arc<Bureau>,
    out: Arc<dyn Transport>,
}

impl Routed {
    /// With the bureau of this process and the way out.
    pub fn new(bureau: Arc<Bureau>, out: Arc<dyn Transport>) -> Routed {
        Routed { bureau, out }
    }
}

#[async_trait]
impl Transport for Routed {
    async fn carry(&self, call: &Call) -> Result<Answer, Fault> {
        if sandbox::is_inside(&call.url) { self.bureau.carry(call).await } else { self.out.carry(call).await }
    }
}
