//! What may be wished of the access log.

/// What may be wished of the access log.
#[derive(Clone, Debug)]
pub enum AccessLogCommand {
    /// Note what its entries come to.
    Seal {
        /// The number of the last entry before them.
        after: u64,
        /// The number of the last of them.
        through: u64,
        /// The digest with all of them, in hexadecimal.
        digest: String,
    },
}
