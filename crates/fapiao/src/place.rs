//! Where things are kept on this machine.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::config::Config;

/// A data folder.
pub(crate) struct Place {
    folder: PathBuf,
    key: Option<PathBuf>,
}

impl Place {
    /// The data folder of the settings, else `fapiao` in the user's data folder (`$XDG_DATA_HOME`, else `~/.local/share`); for a
    /// demo `fapiao/demo`, so that its known keys never open what is not a demo.
    pub(crate) fn of(config: &Config, demo: bool) -> anyhow::Result<Place> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let users = || variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")));
        let folder = match &config.data {
            Some(data) => data.clone(),
            None => {
                let users = users().context("there is no user's data folder (neither XDG_DATA_HOME nor HOME is set): name one with --data")?;
                users.join(if demo { "fapiao/demo" } else { "fapiao" })
            }
        };
        Ok(Place { folder, key: config.key_file.clone() })
    }

    /// The folder itself, made when it is not there, for its owner alone.
    pub(crate) fn make(&self) -> anyhow::Result<&Path> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder).with_context(|| format!("the data folder {} cannot be made", self.folder.display()))?;
        Ok(&self.folder)
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The orders, in SQLite.
    pub(crate) fn orders(&self) -> PathBuf {
        self.folder.join("orders.db")
    }

    /// The key file.
    pub(crate) fn key(&self) -> PathBuf {
        self.key.clone().unwrap_or_else(|| self.folder.join("key"))
    }

    /// The documents of issued invoices.
    pub(crate) fn documents(&self) -> PathBuf {
        self.folder.join("documents")
    }

    /// The order book of the sandbox.
    pub(crate) fn sandbox(&self) -> PathBuf {
        self.folder.join("sandbox")
    }
}
