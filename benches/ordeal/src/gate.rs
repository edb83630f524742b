//! The gate as a partner calls it: signed forms in, numbers and states out.

use std::io;
use std::net::SocketAddr;

use md5::{Digest, Md5};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::http;

/// The merchant number of the seller.
pub(crate) const MERCHANT: &str = "6200000001";

/// A partner.
#[derive(Debug, Clone)]
pub(crate) struct Partner {
    pub(crate) app: String,
    pub(crate) secret: String,
}

/// How an order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    /// −1, 0, 1, 2.
    pub(crate) status: i64,
    /// In words.
    pub(crate) text: String,
    /// The invoice's number, empty while there is none.
    pub(crate) invoice: String,
}

impl Partner {
    /// The fields with their signature, as a form. Fields come sorted by name.
    pub(crate) fn signed(&self, fields: &[(&str, &str)]) -> String {
        let plain: String = fields.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={value}&")).collect();
        let digest = Md5::digest(format!("{plain}app_secret={}", self.secret).as_bytes());
        let sign: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        Serializer::new(String::new()).extend_pairs(fields).append_pair("sign", &sign).finish()
    }

    /// The form that asks for an invoice. The order's number is its memo too, so that whoever issues sees for whom it is.
    pub(crate) fn asking(&self, number: &str, notify: &str) -> String {
        let extra = format!("{{\"memo\":\"{number}\"}}");
        self.signed(&[
            ("app_id", &self.app),
            ("buyer_email", "zhang@example.com"),
            ("buyer_name", "张三"),
            ("buyer_tax_type", "2"),
            ("extra", &extra),
            ("merchant", MERCHANT),
            ("notify_url", notify),
            ("obtain_order", number),
            ("value", "1000"),
        ])
    }

    /// Asks for an invoice: the serial when it was accepted, now or before.
    ///
    /// # Errors
    /// When there is no whole answer, or one that does not accept: then nothing is known.
    pub(crate) fn obtain(&self, server: SocketAddr, number: &str, notify: &str) -> io::Result<String> {
        let (_, body) = http::call(server, "POST /gate/1.0/invoice/obtain", self.asking(number, notify).as_bytes())?;
        let answer: Value = serde_json::from_slice(&body)?;
        match (answer["code"].as_str(), answer["payload"]["obtain_serial"].as_str()) {
            (Some("1000" | "1001"), Some(serial)) => Ok(serial.to_owned()),
            _ => Err(io::Error::other(answer.to_string())),
        }
    }

    /// The query that asks how an order stands.
    pub(crate) fn asking_after(&self, number: &str) -> String {
        self.signed(&[("app_id", &self.app), ("merchant", MERCHANT), ("obtain_order", number)])
    }

    /// How an order stands; none when there is no such order.
    ///
    /// # Errors
    /// When there is no whole answer, or another one.
    pub(crate) fn detail(&self, server: SocketAddr, number: &str) -> io::Result<Option<Standing>> {
        let fields = self.asking_after(number);
        let (_, body) = http::call(server, &format!("GET /gate/1.0/invoice/detail?{fields}"), b"")?;
        let answer: Value = serde_json::from_slice(&body)?;
        let text = |name: &str| answer["payload"][name].as_str().unwrap_or_default().to_owned();
        match answer["code"].as_str() {
            Some("1001") => {
                let status = answer["payload"]["status"].as_i64().ok_or(io::ErrorKind::InvalidData)?;
                Ok(Some(Standing { status, text: text("status_desc"), invoice: text("invoice_no") }))
            }
            Some("1002") => Ok(None),
            _ => Err(io::Error::other(answer.to_string())),
        }
    }

    /// Whether a form is signed with this partner's secret.
    pub(crate) fn is_signed(&self, form: &[(String, String)]) -> bool {
        let mut fields: Vec<(&str, &str)> =
            form.iter().filter(|(name, _)| name != "sign").map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.sort_unstable();
        let sign = form.iter().find(|(name, _)| name == "sign").map(|(_, value)| value.as_str());
        let expected = self.signed(&fields);
        sign.is_some_and(|sign| expected.ends_with(&format!("sign={sign}")))
    }
}
