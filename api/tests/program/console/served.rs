use reqwest::{Client, Method, Response, StatusCode, header};

use crate::server::Server;

const HTML: (header::HeaderName, &str) = (header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");

struct Visitor {
    client: Client,
    base: String,
}

impl Visitor {
    async fn ask(&self, method: Method, path: &str, said: &[(header::HeaderName, &str)]) -> Response {
        let request = self.client.request(method, format!("{}{path}", self.base));
        said.iter().fold(request, |request, (name, value)| request.header(name, *value)).send().await.unwrap()
    }

    async fn get(&self, path: &str, said: &[(header::HeaderName, &str)]) -> Response {
        self.ask(Method::GET, path, said).await
    }
}

fn header_of(response: &Response, name: header::HeaderName) -> String {
    response.headers().get(&name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// What stands between the first `before` and what follows of `after`.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).unwrap_or_else(|| panic!("{before}: {text}")).0
}

pub async fn check(server: &Server) {
    let visitor = Visitor { client: server.client(), base: server.base() };
    let script = a_page_has_a_nonce_of_its_own_and_says_what_it_may_load(&visitor).await;
    what_is_named_after_its_content_is_kept_and_packed(&visitor, &script).await;
    programs_get_no_pages(&visitor).await;
}

/// Gives the path of its script.
async fn a_page_has_a_nonce_of_its_own_and_says_what_it_may_load(visitor: &Visitor) -> String {
    let mut nonces = vec![];
    let mut script = String::new();
    for path in ["/", "/tickets/T-001"] {
        let page = visitor.get(path, &[HTML]).await;
        assert_eq!(page.status(), StatusCode::OK, "{path}: the console is not built: run ./test once, which does that");
        assert_eq!(header_of(&page, header::CACHE_CONTROL), "no-store");
        let policy = header_of(&page, header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"), "{policy}");
        for (name, value) in [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::X_FRAME_OPTIONS, "DENY")] {
            assert_eq!(header_of(&page, name), value);
        }
        let text = page.text().await.unwrap();
        let nonce = between(&policy, "'nonce-", "'").to_owned();
        assert!(text.contains(&format!("nonce=\"{nonce}\"")) && !text.contains("CSP_NONCE"), "{nonce}: {text}");
        between(&text, "<script type=\"module\" crossorigin src=\"", "\"").clone_into(&mut script);
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
    script
}

async fn what_is_named_after_its_content_is_kept_and_packed(visitor: &Visitor, script: &str) {
    let mut sizes = vec![];
    for coding in ["", "gzip", "br"] {
        let accepts = [(header::ACCEPT_ENCODING, coding)];
        let file = visitor.get(script, &accepts).await;
        assert_eq!(file.status(), StatusCode::OK, "{script}");
        assert_eq!(header_of(&file, header::CONTENT_TYPE), "text/javascript");
        assert_eq!(header_of(&file, header::CONTENT_ENCODING), coding);
        assert_eq!(header_of(&file, header::CACHE_CONTROL), "public, max-age=31536000, immutable");
        assert_eq!(header_of(&file, header::VARY), "Accept-Encoding");
        let (tag, length) = (header_of(&file, header::ETAG), header_of(&file, header::CONTENT_LENGTH));
        let body = file.bytes().await.unwrap();
        assert_eq!(length, body.len().to_string());
        sizes.push(body.len());

        let head = visitor.ask(Method::HEAD, script, &accepts).await;
        assert_eq!((head.status(), header_of(&head, header::CONTENT_LENGTH)), (StatusCode::OK, length));
        let [accepts] = accepts;
        let known = visitor.get(script, &[accepts, (header::IF_NONE_MATCH, &tag)]).await;
        assert_eq!((known.status(), known.text().await.unwrap()), (StatusCode::NOT_MODIFIED, String::new()));
    }
    assert!(sizes[0] > 2 * sizes[1] && sizes[1] > sizes[2], "{sizes:?}");
    let icon = visitor.get("/icon.svg", &[]).await;
    assert_eq!((icon.status(), header_of(&icon, header::CACHE_CONTROL).as_str()), (StatusCode::OK, "no-cache"));
    assert_eq!(header_of(&icon, header::CONTENT_TYPE), "image/svg+xml");
}

async fn programs_get_no_pages(visitor: &Visitor) {
    let any = (header::ACCEPT, "*/*");
    for (path, said) in [
        ("/", any.clone()),
        ("/tickets/T-001", any),
        ("/api/nothing", HTML),
        ("/files/acme", HTML),
        ("/assets/nothing.js", HTML),
        ("/index.html", HTML),
        ("/.stamp", HTML),
        ("/wp-login.php", HTML),
    ] {
        let answer = visitor.get(path, &[said]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(header_of(&answer, header::CONTENT_TYPE).starts_with("application/problem+json"), "{path}");
    }
    assert_eq!(visitor.ask(Method::POST, "/tickets/T-001", &[HTML]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(visitor.ask(Method::HEAD, "/tickets/T-001", &[HTML]).await.status(), StatusCode::OK);
}
