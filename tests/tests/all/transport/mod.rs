//! What stands between the API and a browser.

mod headers;
