//! Fetching over TLS, with an authority of our own in place of the system's.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::memory::Memory;

/// An authority, and its certificate in PEM.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Serves one small document over TLS under a certificate for `name`; gives its address.
async fn serve(authority: &CertifiedIssuer<'static, KeyPair>, name: &str) -> String {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust us breaks off here.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 2048];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nbytes").await;
            let _ = stream.shutdown().await;
        }
    });
    format!("https://{address}/a.jpg")
}

async fn fetch(authority: Option<Vec<u8>>, address: &str) -> Result<Bytes, Error> {
    let fetcher = Fetcher::new(Policy { authority, ..Policy::with_loopback() }).unwrap();
    fetcher.fetch(address, 5, &mut Memory::new(4096).begin()).await
}

#[tokio::test]
async fn a_certificate_counts_when_its_authority_is_trusted_and_its_name_is_right() {
    let ours = authority();
    let pem = Some(ours.pem().into_bytes());
    let right = serve(&ours, "127.0.0.1").await;
    let wrong = serve(&ours, "invoice.example").await;
    assert_eq!(fetch(pem.clone(), &right).await, Ok(Bytes::from_static(b"bytes")));
    assert_eq!(fetch(None, &right).await, Err(Error::Failed));
    assert_eq!(fetch(pem, &wrong).await, Err(Error::Failed));
    assert_eq!(fetch(Some(authority().pem().into_bytes()), &right).await, Err(Error::Failed));
}
