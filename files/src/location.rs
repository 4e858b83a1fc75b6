//! Where files are: `file:///directory`, or `s3://bucket/prefix`.

use std::{fs, path::Path, sync::Arc, time::Duration};

use object_store::{
    ClientOptions, ObjectStore, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    local::LocalFileSystem,
    prefix::PrefixStore,
};
use url::Url;

use crate::error::VaultError;

/// A store that does not answer is asked again for so long, and then its caller is told.
const PATIENCE: Duration = Duration::from_secs(20);

/// The store that a configured address names.
pub(crate) fn open(
    address: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Arc<dyn ObjectStore>, VaultError> {
    let wrong = || VaultError::Address { found: address.to_owned() };
    let url: Url = address.parse().map_err(|_| wrong())?;
    match (url.scheme(), url.host_str()) {
        ("file", None) => directory(&url.to_file_path().map_err(|()| wrong())?),
        ("s3", Some(bucket)) => bucket_of(bucket, url.path().trim_matches('/'), variables),
        _ => Err(wrong()),
    }
}

/// What was acknowledged is on the disk: files and their directories are synchronised.
pub(crate) fn directory(directory: &Path) -> Result<Arc<dyn ObjectStore>, VaultError> {
    let unfit = |source| VaultError::Directory { directory: directory.display().to_string(), source };
    fs::create_dir_all(directory).map_err(unfit)?;
    let store = LocalFileSystem::new_with_prefix(directory).map_err(|error| VaultError::Store(error.into()))?;
    Ok(Arc::new(store.with_fsync(true)))
}

fn bucket_of(
    bucket: &str,
    prefix: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Arc<dyn ObjectStore>, VaultError> {
    // One TLS stack in the program: the ring that seals. An error means that it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A slow reader may take longer over a file than any time that could be set; silence may not.
    let options = ClientOptions::new().with_timeout_disabled().with_read_timeout(PATIENCE);
    let retry = RetryConfig { max_retries: 5, retry_timeout: PATIENCE, ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new().with_client_options(options).with_retry(retry);
    for (name, value) in variables {
        if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>()
            && name.starts_with("AWS_")
        {
            builder = builder.with_config(key, value);
        }
    }
    let store = builder.with_bucket_name(bucket).build().map_err(|error| VaultError::Store(error.into()))?;
    Ok(if prefix.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, prefix)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_names_no_store_is_refused_with_what_was_expected() {
        for wrong in ["", "files", "/var/files", "http://host/x", "s3:", "s3:///x", "file://host/x", "gs://bucket"] {
            let error = open(wrong, []).unwrap_err().to_string();
            assert!(error.starts_with("expected a directory") && error.contains(&format!("{wrong:?}")), "{error}");
        }
    }
}
