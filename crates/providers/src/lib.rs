//! Whoever issues: one module per provider, each a pure codec behind [`issue::provider::Provider`].
//!
//! A provider is one module here, one line of [`named`], and its recorded messages under `tests/messages`.
#![forbid(unsafe_code)]

pub mod nuonuo;
pub mod sandbox;

use std::sync::Arc;

use issue::provider::Provider;

/// The names of all providers; the first is the default.
pub const NAMES: [&str; 2] = [sandbox::NAME, nuonuo::NAME];

/// The provider of this name.
pub fn named(name: &str) -> Option<Arc<dyn Provider>> {
    match name {
        sandbox::NAME => Some(Arc::new(sandbox::Sandbox)),
        nuonuo::NAME => Some(Arc::new(nuonuo::Nuonuo)),
        _ => None,
    }
}

/// All providers.
pub fn all() -> Vec<Arc<dyn Provider>> {
    NAMES.into_iter().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_provider() {
        let names: Vec<_> = all().iter().map(|provider| provider.name()).collect();
        assert_eq!(names, NAMES);
        assert!(named("other").is_none());
    }
}
