//! Which crate may depend on which: the floors of the house, and the outside crates that only one room may name.
//!
//! ARCHITECTURE.md draws the floors and gives the reasons. Tests of a crate may use the crates of its own floor (a
//! reader's tests read what `render` drew), and name any outside crate: neither is linked into what others embed.

use std::fmt;

use crate::workspace::Members;

/// Each crate and its floor: a crate depends on lower floors only.
const FLOORS: &[(&str, u8)] = &[
    ("invoice", 0),
    ("document", 0),
    ("ocr", 0),
    ("recognize", 1),
    ("issue", 1),
    ("render", 1),
    ("providers", 2),
    ("store", 2),
    ("server", 2),
    ("fapiao", 3),
    ("inside", 3),
    ("ordeal", 3),
    ("xtask", 3),
];

/// Outside crates that only the named rooms may list in their manifest.
const ROOMS: &[Room] = &[
    Room { outside: &["hayro", "hayro-interpret", "hayro-syntax", "hayro-jbig2"], rooms: &["document"], what: "reading PDF" },
    // `render` writes OFD packages; nobody but `document` reads one.
    Room { outside: &["zip"], rooms: &["document", "render"], what: "zip packages" },
    Room { outside: &["openvino", "openvino-sys", "rten", "rten-tensor"], rooms: &["ocr"], what: "inference" },
    // `render` draws QR codes; nobody but `ocr` reads one.
    Room { outside: &["rxing"], rooms: &["ocr", "render"], what: "barcodes" },
    Room { outside: &["axum", "tower-http"], rooms: &["server"], what: "serving HTTP" },
    // `issue` carries calls to providers and callbacks, `server` fetches what callers name and guards where both lead.
    Room { outside: &["reqwest"], rooms: &["issue", "server"], what: "calling over HTTP" },
    Room { outside: &["hyper", "ureq"], rooms: &["server"], what: "HTTP" },
    Room {
        outside: &["rusqlite", "tokio-postgres", "deadpool-postgres", "object_store"],
        rooms: &["store"],
        what: "databases and buckets",
    },
    Room { outside: &["sm2", "sm3"], rooms: &["document"], what: "verifying seals" },
    Room { outside: &["anyhow"], rooms: &["fapiao", "inside", "ordeal", "xtask"], what: "errors without a type" },
];

/// Crates that other programs embed, and what must not come with them.
const EMBEDDED: &[&str] = &["invoice", "document", "ocr", "recognize", "render"];
const RUNTIMES: &[&str] = &["tokio", "async-std", "smol", "reqwest", "axum"];

struct Room {
    outside: &'static [&'static str],
    rooms: &'static [&'static str],
    what: &'static str,
}

/// A dependency that the house does not allow.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    /// The crate has no floor: give it one in `FLOORS`.
    NoFloor { member: String },
    /// `member` depends on `on`, whose floor is not lower.
    Upward { member: String, floor: u8, on: String, on_floor: u8 },
    /// `member` names an outside crate that belongs to other rooms.
    Room { member: String, on: String, what: &'static str, rooms: &'static [&'static str] },
    /// An embeddable crate links a runtime or an HTTP stack.
    Runtime { member: String, on: &'static str },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFloor { member } => write!(f, "{member} has no floor: place it in xtask/src/directions.rs and ARCHITECTURE.md"),
            Self::Upward { member, floor, on, on_floor } => {
                write!(f, "{member} (floor {floor}) depends on {on} (floor {on_floor}): only lower floors may be named")
            }
            Self::Room { member, on, what, rooms } => write!(f, "{member} names {on}: {what} is for {} alone", rooms.join(", ")),
            Self::Runtime { member, on } => write!(f, "{member} links {on}: other programs embed it, so it brings no runtime"),
        }
    }
}

/// Every dependency that is not allowed, in the order of the crates' names.
pub(crate) fn violations(members: &Members) -> Vec<Violation> {
    let floor_of = |name: &str| FLOORS.iter().find(|(member, _)| *member == name).map(|(_, floor)| *floor);
    let mut found = Vec::new();
    for (name, member) in members {
        let Some(floor) = floor_of(name) else {
            found.push(Violation::NoFloor { member: name.clone() });
            continue;
        };
        // Tests may look beside them, never up.
        let highest = [(&member.direct, floor), (&member.dev, floor + 1)];
        for (names, limit) in highest {
            let placed = names.iter().filter(|on| members.contains_key(*on)).filter_map(|on| Some((on, floor_of(on)?)));
            let upward = placed.filter(|(_, on_floor)| *on_floor >= limit);
            found.extend(upward.map(|(on, on_floor)| Violation::Upward { member: name.clone(), floor, on: on.clone(), on_floor }));
        }
        for room in ROOMS.iter().filter(|room| !room.rooms.contains(&name.as_str())) {
            let named = room.outside.iter().filter(|outside| member.direct.contains(**outside));
            found.extend(named.map(|on| Violation::Room {
                member: name.clone(),
                on: (*on).to_owned(),
                what: room.what,
                rooms: room.rooms,
            }));
        }
        if EMBEDDED.contains(&name.as_str()) {
            found.extend(
                RUNTIMES.iter().filter(|on| member.linked.contains(**on)).map(|on| Violation::Runtime { member: name.clone(), on }),
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Member;

    /// Name; direct, test and linked dependencies.
    type Listed<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a str]);

    fn members(list: &[Listed<'_>]) -> Members {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        list.iter()
            .map(|(name, direct, dev, linked)| ((*name).to_owned(), Member { direct: set(direct), dev: set(dev), linked: set(linked) }))
            .collect()
    }

    fn said(list: &[Listed<'_>]) -> Vec<String> {
        violations(&members(list)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lower_floors_may_be_named() {
        let list: &[Listed<'_>] = &[
            ("document", &["hayro", "zip"], &[], &["hayro"]),
            ("invoice", &["serde"], &["tokio"], &["serde"]),
            ("recognize", &["document", "invoice"], &["render"], &["document"]),
            ("render", &["invoice", "rxing"], &[], &[]),
            ("server", &["recognize", "axum", "reqwest"], &[], &["tokio"]),
            ("fapiao", &["server", "anyhow"], &["reqwest"], &["tokio"]),
        ];
        assert_eq!(said(list), Vec::<String>::new());
    }

    #[test]
    fn a_floor_knows_neither_itself_nor_what_is_above() {
        let found = said(&[
            ("invoice", &["document", "server"], &[], &[]),
            ("document", &[], &["recognize"], &[]),
            ("recognize", &[], &[], &[]),
            ("server", &[], &[], &[]),
        ]);
        assert_eq!(
            found,
            [
                "document (floor 0) depends on recognize (floor 1): only lower floors may be named",
                "invoice (floor 0) depends on document (floor 0): only lower floors may be named",
                "invoice (floor 0) depends on server (floor 2): only lower floors may be named",
            ]
        );
    }

    #[test]
    fn each_outside_crate_has_its_room() {
        for (member, on, allowed) in [
            ("recognize", "hayro", false),
            ("server", "zip", false),
            ("render", "zip", true),
            ("recognize", "rten", false),
            ("ocr", "rten", true),
            ("render", "rxing", true),
            ("document", "rxing", false),
            ("fapiao", "axum", false),
            ("fapiao", "reqwest", false),
            ("issue", "reqwest", true),
            ("providers", "reqwest", false),
            ("issue", "rusqlite", false),
            ("server", "tokio-postgres", false),
            ("store", "object_store", true),
            ("server", "anyhow", false),
            ("xtask", "anyhow", true),
        ] {
            assert_eq!(said(&[(member, &[on], &[], &[])]).is_empty(), allowed, "{member} naming {on}");
        }
    }

    #[test]
    fn what_is_embedded_brings_no_runtime_however_deep() {
        assert_eq!(
            said(&[("ocr", &["image"], &[], &["image", "tokio"])]),
            ["ocr links tokio: other programs embed it, so it brings no runtime"]
        );
    }

    #[test]
    fn a_crate_without_a_floor_is_named() {
        assert_eq!(said(&[("helpers", &[], &[], &[])]), ["helpers has no floor: place it in xtask/src/directions.rs and ARCHITECTURE.md"]);
    }
}
