//! The switches of the sandbox: which fault a seller, or a single order, wants to see.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

macro_rules! switches {
    ($($name:literal $switch:ident $doc:literal),+ $(,)?) => {
        /// A fault that the sandbox can be told to show.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Switch {
            $(#[doc = $doc] $switch,)+
        }

        impl Switch {
            /// All of them.
            pub const ALL: &[Switch] = &[$(Switch::$switch),+];

            /// The name in settings and remarks.
            pub fn name(self) -> &'static str {
                match self { $(Switch::$switch => $name,)+ }
            }
        }
    };
}

switches! {
    "reject" Reject "Refuses the order at once, for good.",
    "fail" Fail "Takes the order and tells later that it failed.",
    "busy" Busy "Refuses for now.",
    "login" Login "Wants the seller to log in first; going through the login ends it.",
    "no_credit" NoCredit "Refuses for want of credit (授信额度).",
    "unreachable" Unreachable "The connection is refused: nothing is sent.",
    "timeout_before" TimeoutBefore "Never answers and does nothing.",
    "timeout_after" TimeoutAfter "Does it and never answers.",
    "lost_answer" LostAnswer "Does it and the connection breaks before the answer.",
    "garbage" Garbage "Does it and answers something that makes no sense.",
    "server_error" ServerError "Does it and answers with status 500.",
    "slow" Slow "Takes thirty times as long.",
    "not_found" NotFound "Does not know the order when it is asked for.",
    "query_fails" QueryFails "Does not answer when it is asked for an order.",
    "seal_fails" SealFails "Issues, but cannot seal the documents; issuing again seals them.",
    "split" Split "Makes an invoice of every row.",
    "damaged_document" DamagedDocument "Gives a web page instead of a document.",
    "duplicate_notice" DuplicateNotice "Gives every notice twice.",
    "no_notice" NoNotice "Gives no notice.",
    "red_rejected" RedRejected "Refuses red letters.",
    "buyer_confirms" BuyerConfirms "Red letters wait for the buyer, who confirms.",
    "buyer_refuses" BuyerRefuses "Red letters wait for the buyer, who refuses.",
}

/// What stands before a switch in an order's remark: `sandbox:lost_answer:1`.
const IN_REMARK: &str = "sandbox:";

/// The switches that are on, each with how many times per order it works.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Switches(BTreeMap<Switch, u32>);

impl Switches {
    /// The seller's, from the list `switches` of its settings: names, each perhaps with a number of times (`"reject:1"`); without
    /// one it works always.
    ///
    /// # Errors
    /// With the entry that is none.
    pub fn of_settings(settings: &Map<String, Value>) -> Result<Switches, String> {
        let mut switches = Switches::default();
        let list = match settings.get("switches") {
            None | Some(Value::Null) => return Ok(switches),
            Some(Value::Array(list)) => list,
            Some(other) => return Err(other.to_string()),
        };
        for entry in list {
            let (switch, times) = entry.as_str().and_then(parse).ok_or_else(|| entry.to_string())?;
            switches.0.insert(switch, times);
        }
        Ok(switches)
    }

    /// With those that an order asks for in its remark.
    #[must_use]
    pub fn with_remark(mut self, remark: &str) -> Switches {
        let words = remark.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
        self.0.extend(words.filter_map(|word| word.strip_prefix(IN_REMARK)).filter_map(parse));
        self
    }

    /// How many times a switch works; none when it is off.
    pub fn times(&self, switch: Switch) -> Option<u32> {
        self.0.get(&switch).copied()
    }

    /// Whether a switch is on.
    pub fn has(&self, switch: Switch) -> bool {
        self.0.contains_key(&switch)
    }
}

impl FromIterator<(Switch, u32)> for Switches {
    fn from_iter<I: IntoIterator<Item = (Switch, u32)>>(switches: I) -> Switches {
        Switches(switches.into_iter().collect())
    }
}

fn parse(text: &str) -> Option<(Switch, u32)> {
    let (name, times) = match text.split_once(':') {
        Some((name, times)) => (name, times.parse().ok()?),
        None => (text, u32::MAX),
    };
    Switch::ALL.iter().find(|switch| switch.name() == name).map(|switch| (*switch, times))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(list: Value) -> Map<String, Value> {
        Map::from_iter([("switches".to_owned(), list)])
    }

    #[test]
    fn switches_are_named_in_settings() {
        let switches = Switches::of_settings(&settings(json!(["reject:1", "slow"]))).unwrap();
        assert_eq!((switches.times(Switch::Reject), switches.times(Switch::Slow)), (Some(1), Some(u32::MAX)));
        assert!(!switches.has(Switch::Busy));
        assert_eq!(Switches::of_settings(&Map::new()).unwrap(), Switches::default());
        for wrong in [json!("reject"), json!(["rejects"]), json!(["reject:x"]), json!([1])] {
            assert!(Switches::of_settings(&settings(wrong.clone())).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_order_asks_in_its_remark() {
        let switches = Switches::default().with_remark("车牌 京A00000, sandbox:reject:1;sandbox:slow sandbox:nothing");
        assert_eq!((switches.times(Switch::Reject), switches.times(Switch::Slow)), (Some(1), Some(u32::MAX)));
        assert_eq!(Switches::default().with_remark("reject, 普通备注"), Switches::default());
    }

    #[test]
    fn every_switch_is_found_by_its_name() {
        for switch in Switch::ALL {
            assert_eq!(parse(switch.name()), Some((*switch, u32::MAX)));
            assert_eq!(serde_json::to_value(switch).unwrap(), switch.name());
        }
    }
}
