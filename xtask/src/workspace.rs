//! The crates of this workspace and what each depends on, as `cargo metadata` tells it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

/// One crate of the workspace.
#[derive(Debug, Default, Clone)]
pub(crate) struct Member {
    /// Names that its manifest lists under `[dependencies]` and `[build-dependencies]`, on any platform.
    pub(crate) direct: BTreeSet<String>,
    /// Names that its manifest lists under `[dev-dependencies]` only.
    pub(crate) dev: BTreeSet<String>,
    /// Everything that is linked into a program that uses the crate, however deep; tests left out.
    pub(crate) linked: BTreeSet<String>,
}

/// The workspace's crates by name.
pub(crate) type Members = BTreeMap<String, Member>;

/// Asks cargo for the crates of the workspace that holds the current folder.
pub(crate) fn members() -> Result<Members> {
    let metadata = MetadataCommand::new().other_options(["--locked".to_owned()]).exec().context("cargo metadata")?;
    let resolved = resolved(&metadata);
    let mut members = Members::new();
    for package in metadata.workspace_packages() {
        let mut member = Member { linked: linked(&package.id, &resolved), ..Member::default() };
        for dependency in &package.dependencies {
            match dependency.kind {
                DependencyKind::Development => member.dev.insert(dependency.name.clone()),
                _ => member.direct.insert(dependency.name.clone()),
            };
        }
        member.dev = &member.dev - &member.direct;
        members.insert(package.name.to_string(), member);
    }
    Ok(members)
}

/// Name of each resolved package, and the packages that it links, tests left out.
type Resolved<'a> = HashMap<&'a PackageId, (&'a str, Vec<&'a PackageId>)>;

fn resolved(metadata: &Metadata) -> Resolved<'_> {
    let names: HashMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    nodes
        .filter_map(|node| {
            let linked = node.deps.iter().filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
            Some((&node.id, (*names.get(&node.id)?, linked.map(|dep| &dep.pkg).collect())))
        })
        .collect()
}

fn linked(root: &PackageId, resolved: &Resolved<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut seen = BTreeSet::from([root]);
    let mut waiting = vec![root];
    while let Some((_, below)) = waiting.pop().and_then(|id| resolved.get(id)) {
        for id in below.iter().copied().filter(|id| seen.insert(id)) {
            names.extend(resolved.get(id).map(|(name, _)| (*name).to_owned()));
            waiting.push(id);
        }
    }
    names
}
