//! Documents in a bucket of an object store that speaks S3: Amazon's, Aliyun's OSS, Tencent's COS, MinIO, Ceph.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use issue::documents::{DocumentError, Documents};
use issue::secret::Secret;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStoreExt, PutPayload, RetryConfig};

use super::checked;

/// For one request; and for all tries of one together.
const REQUEST: Duration = Duration::from_secs(20);
const TRIES: Duration = Duration::from_secs(45);

/// Where the bucket is.
#[derive(Clone)]
pub struct BucketSettings {
    /// Its name.
    pub bucket: String,
    /// The address of the object store, `https://oss-cn-hangzhou.aliyuncs.com`; none for Amazon's own.
    pub endpoint: Option<String>,
    /// The region, as the object store names it.
    pub region: String,
    /// The bucket is a part of the host's name, not of the path; Aliyun and Tencent want it so.
    pub virtual_hosted: bool,
    /// The access key's id.
    pub key_id: String,
    /// The access key's secret.
    pub key: Secret,
    /// A folder of the bucket, or empty.
    pub prefix: String,
}

impl fmt::Debug for BucketSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BucketSettings").field("bucket", &self.bucket).field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Settings of which no bucket can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the bucket {bucket} cannot be used: {why}")]
pub struct BucketError {
    /// Its name.
    pub bucket: String,
    /// Why.
    pub why: String,
}

/// The bucket.
#[derive(Debug)]
pub struct Bucket {
    store: AmazonS3,
    name: String,
    prefix: Path,
}

impl Bucket {
    /// The bucket of these settings. Nothing is sent yet: [`Documents::probe`] tells whether it is there.
    ///
    /// # Errors
    /// When an address is none, or the prefix cannot be one.
    pub fn open(settings: &BucketSettings) -> Result<Bucket, BucketError> {
        let wrong = |why: String| BucketError { bucket: settings.bucket.clone(), why };
        // The provider is one for the whole process; whoever installed one before us has chosen.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let endpoint = settings.endpoint.as_deref();
        if let Some(endpoint) = endpoint {
            let address = url::Url::parse(endpoint).map_err(|why| wrong(format!("{endpoint} is no address: {why}")))?;
            if !matches!(address.scheme(), "http" | "https") || address.host().is_none() {
                return Err(wrong(format!("{endpoint} is no address of an object store")));
            }
        }
        let plain = endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"));
        let options = ClientOptions::new().with_timeout(REQUEST).with_allow_http(plain);
        let retries = RetryConfig { max_retries: 3, retry_timeout: TRIES, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_virtual_hosted_style_request(settings.virtual_hosted)
            .with_access_key_id(&settings.key_id)
            .with_secret_access_key(settings.key.expose())
            .with_client_options(options)
            .with_retry(retries);
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        let store = builder.build().map_err(|why| wrong(why.to_string()))?;
        let prefix = Path::parse(&settings.prefix).map_err(|why| wrong(why.to_string()))?;
        Ok(Bucket { store, name: settings.bucket.clone(), prefix })
    }

    fn place(&self, key: &str) -> Path {
        Path::from_iter(self.prefix.parts().chain(Path::from(key).parts()))
    }
}

#[async_trait]
impl Documents for Bucket {
    async fn keep(&self, key: &str, bytes: &[u8]) -> Result<(), DocumentError> {
        checked(key, "kept")?;
        let put = self.store.put(&self.place(key), PutPayload::from(bytes.to_vec())).await;
        put.map(drop).map_err(|why| DocumentError { key: key.to_owned(), what: "kept", why: why.to_string() })
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, DocumentError> {
        checked(key, "read")?;
        let failed = |why: object_store::Error| DocumentError { key: key.to_owned(), what: "read", why: why.to_string() };
        match self.store.get(&self.place(key)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(failed)?.into())),
            Err(object_store::Error::NotFound { source, .. }) if !source.to_string().contains("NoSuchBucket") => Ok(None),
            Err(why) => Err(failed(why)),
        }
    }

    async fn probe(&self) -> Result<(), DocumentError> {
        let put = self.store.put(&self.place("probe"), PutPayload::from_static(b"probe")).await;
        put.map(drop).map_err(|why| DocumentError { key: format!("bucket {}", self.name), what: "kept", why: why.to_string() })
    }
}
