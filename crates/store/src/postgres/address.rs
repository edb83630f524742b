//! The address of the database, and whether it is spoken to over TLS.

use std::path::Path;
use std::str::FromStr;

use issue::secret::Secret;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::tls::Tls;
use crate::open::OpenError;

/// An address that was understood.
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) tls: Option<Tls>,
    /// Host and database, for people.
    pub(super) name: String,
}

impl Address {
    /// Of `postgres://…?…`. `sslmode` and `sslrootcert` are ours to read; the rest is libpq's.
    pub(super) fn of(url: &Secret) -> Result<Address, OpenError> {
        let wrong = |why: &str| OpenError::Address(why.to_owned());
        let url = url.expose();
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(wrong("it does not begin with postgres://"));
        }
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut authority, mut rest) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let value = || url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default();
            match pair.split('=').next() {
                Some("sslmode") => mode = Some(value()),
                Some("sslrootcert") => authority = Some(value()),
                _ => rest.push(pair),
            }
        }
        let encrypted = match mode.as_deref() {
            None | Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some("allow" | "prefer") => return Err(wrong("sslmode is disable, or require; what lies between protects nobody")),
            Some(_) => return Err(wrong("sslmode is disable or require")),
        };
        if authority.is_some() && !encrypted {
            return Err(wrong("sslrootcert is of no use without sslmode=require"));
        }
        let plain = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
        // Its error may repeat the address, and so the password.
        let mut config = Config::from_str(&plain).map_err(|_| wrong("it cannot be read; is everything in it percent-encoded?"))?;
        config.ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable });
        let tls = if encrypted { Some(Tls::new(client(authority.as_deref().map(Path::new))?)) } else { None };
        let name = name(&config);
        Ok(Address { config, tls, name })
    }
}

fn name(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    };
    format!("{} at {host}", config.get_dbname().or(config.get_user()).unwrap_or("postgres"))
}

/// TLS that checks the certificate and its name, against one authority or those that the system knows.
fn client(authority: Option<&Path>) -> Result<ClientConfig, OpenError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = authority {
        let unreadable = |why: String| OpenError::Address(format!("sslrootcert {}: {why}", path.display()));
        let certificates = CertificateDer::pem_file_iter(path).map_err(|why| unreadable(why.to_string()))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|why| unreadable(why.to_string()))?;
            roots.add(certificate).map_err(|why| unreadable(why.to_string()))?;
        }
        if roots.is_empty() {
            return Err(unreadable("there is no certificate in it".to_owned()));
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(OpenError::Address("this system knows no certificate authority; name one with sslrootcert".to_owned()));
        }
    }
    let provider = rustls::crypto::ring::default_provider();
    let versions = ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions();
    let config = versions.map_err(|why| OpenError::Address(why.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Result<Address, OpenError> {
        Address::of(&Secret::new(url))
    }

    #[test]
    fn addresses_are_read() {
        let plain = of("postgres://fapiao:geheim@db.internal:5433/invoices?connect_timeout=3").unwrap();
        assert_eq!((plain.name.as_str(), plain.tls.is_some()), ("invoices at db.internal", false));
        assert_eq!(plain.config.get_ssl_mode(), SslMode::Disable);
        let socket = of("postgresql:///invoices?host=/run/postgresql&user=fapiao&sslmode=disable").unwrap();
        assert_eq!(socket.name, "invoices at /run/postgresql");
    }

    #[test]
    fn what_cannot_be_done_is_refused_without_the_password() {
        for url in [
            "mysql://fapiao:geheim@db/x",
            "postgres://fapiao:geheim@db/x?sslmode=prefer",
            "postgres://fapiao:geheim@db/x?sslmode=sometimes",
            "postgres://fapiao:geheim@db/x?sslrootcert=/x.pem",
            "postgres://fapiao:geheim@db/x?sslmode=require&sslrootcert=/no/such.pem",
            "postgres://fapiao:geheim@db:port/x",
            "postgres://fapiao:geheim@db/x?geheim=1",
        ] {
            let Err(refused) = of(url) else { panic!("{url}") };
            assert!(matches!(refused, OpenError::Address(_)), "{refused}");
            assert!(!refused.to_string().contains("geheim"), "{refused}");
        }
    }
}
