use crate::request::below_api;

/// What a request is charged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// All that a key does, but for what follows.
    Requests,
    /// Reading the feed of events, page by page or as a stream.
    Feed,
    /// What is large: exports and reports.
    Exports,
    /// All that a person does.
    Person,
}

impl Bucket {
    /// What a request to this path is charged to, when a key makes it.
    pub fn of(path: &str) -> Self {
        // A router within `/api` sees what is below it already.
        match below_api(path).unwrap_or(path) {
            "/events" => Self::Feed,
            "/reports" => Self::Exports,
            path if path.ends_with("/export") => Self::Exports,
            _ => Self::Requests,
        }
    }

    /// Its name in headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requests => "hour",
            Self::Feed => "feed",
            Self::Exports => "exports",
            Self::Person => "person",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_large_has_a_bucket_of_its_own() {
        for (path, bucket) in [
            ("/api/tickets", Bucket::Requests),
            ("/api/events", Bucket::Feed),
            ("/api/v1/events", Bucket::Feed),
            ("/events", Bucket::Feed),
            ("/api/customers/cus_1/export", Bucket::Exports),
            ("/api/v1/reports", Bucket::Exports),
            ("/api/eventsx", Bucket::Requests),
            ("/api/customers/external:export", Bucket::Requests),
        ] {
            assert_eq!(Bucket::of(path), bucket, "{path}");
        }
    }
}
