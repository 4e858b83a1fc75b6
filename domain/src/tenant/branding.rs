//! How a company looks to its customers: values from outside, each checked once.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::css;
use crate::text::{Name, TextError};

/// Writes a text of the brand: its type, what it must be, and the words for that.
macro_rules! checked {
    ($($(#[$meta:meta])* $name:ident: $check:path, $expected:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        pub struct $name(String);

        impl $name {
            /// Checks it; the error says what would have been accepted.
            pub fn try_new(text: impl Into<String>) -> Result<Self, TextError> {
                let text = text.into();
                if $check(&text) { Ok(Self(text)) } else { Err(TextError { expected: $expected.to_owned() }) }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::try_new(String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    )+};
}

checked!(
    /// Where a picture is; or a small one itself.
    PictureUrl: is_picture, "expected a web address that begins with https://, without spaces, of at most 2000 characters; or a PNG or WebP picture of at most 48 KB as data:image/png;base64,… or data:image/webp;base64,…";
    /// A colour.
    Color: is_color, "expected a colour of the form #2563eb";
    /// A family of fonts.
    Font: is_font, "expected the name of one font such as Inter, of at most 60 letters, digits, spaces and hyphens";
    /// Style sheets of the company's own.
    CustomCss: css::is_harmless, "expected 1 to 65536 characters of CSS that loads nothing from elsewhere: no @import, no image-set(…), no url(…) but data:image/…, and no <";
    /// A template of mail, by its name in the company's own list.
    TemplateId: is_template, "expected the id of a template: at most 100 letters, digits, _ and -";
);

/// As base64 they begin so, and their length is a multiple of four. 64 Ki characters are 48 KiB.
const PICTURES: [(&str, &str); 2] = [("data:image/png;base64,", "iVBORw0KGgo"), ("data:image/webp;base64,", "UklGR")];

fn is_picture(text: &str) -> bool {
    is_picture_url(text)
        || PICTURES
            .iter()
            .any(|(kind, begin)| text.strip_prefix(kind).is_some_and(|rest| rest.starts_with(begin) && is_base64(rest)))
}

fn is_base64(text: &str) -> bool {
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    text.len() <= 65_536
        && text.len().is_multiple_of(4)
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

fn is_picture_url(text: &str) -> bool {
    let plain = text.len() <= 2000 && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\`".contains(&byte));
    let host = text.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    plain && host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_font(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
    (1..=60).contains(&text.len()) && text.chars().all(allowed) && text.trim() == text
}

fn is_template(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=100).contains(&text.len()) && text.bytes().all(allowed)
}

/// What mail is sent about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are named like the events")]
pub enum MailAbout {
    TicketCreated,
    TicketUpdated,
    TicketResolved,
    TicketClosed,
    CustomerCreated,
    AgentAssigned,
}

/// `Some(None)`: cleared.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Writes the brand and changes of it from one list of fields.
macro_rules! branding {
    ($($(#[$meta:meta])* $field:ident: $type:ty;)+) => {
        /// How a company looks to its customers. What is not there is as the product has it.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Branding {
            $($(#[$meta])* pub $field: Option<$type>,)+
            /// Which template the mail about something has.
            pub email_templates: BTreeMap<MailAbout, TemplateId>,
        }

        /// What is to change: a field that is not there stays as it is, and null clears it.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct BrandingChanges {
            $(
                $(#[$meta])*
                #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "nullable")]
                pub $field: Option<Option<$type>>,
            )+
            /// Which template the mail about something has; null: the product's own.
            #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
            pub email_templates: BTreeMap<MailAbout, Option<TemplateId>>,
        }

        impl BrandingChanges {
            /// What of it is not so already, and what was there before; none when all is.
            pub(super) fn against(mut self, brand: &Branding) -> Option<(Self, Self)> {
                let mut before = Self::default();
                $(
                    self.$field = self.$field.filter(|wanted| *wanted != brand.$field);
                    before.$field = self.$field.is_some().then(|| brand.$field.clone());
                )+
                self.email_templates.retain(|about, wanted| wanted.as_ref() != brand.email_templates.get(about));
                let was = |about: &MailAbout| (*about, brand.email_templates.get(about).cloned());
                before.email_templates = self.email_templates.keys().map(was).collect();
                (self != Self::default()).then_some((self, before))
            }
        }

        impl Branding {
            pub(super) fn apply(&mut self, changes: &BrandingChanges) {
                $(if let Some(now) = &changes.$field {
                    self.$field.clone_from(now);
                })+
                for (about, template) in &changes.email_templates {
                    match template {
                        Some(template) => self.email_templates.insert(*about, template.clone()),
                        None => self.email_templates.remove(about),
                    };
                }
            }
        }
    };
}

branding! {
    /// What customers know it as.
    company_name: Name;
    /// Its picture.
    logo_url: PictureUrl;
    /// The small one, for tabs.
    favicon_url: PictureUrl;
    /// The first colour.
    primary_color: Color;
    /// The second.
    secondary_color: Color;
    /// For what is to be seen first.
    accent_color: Color;
    /// Behind all.
    background_color: Color;
    /// For text.
    primary_font: Font;
    /// For headings.
    secondary_font: Font;
    /// Its own style sheet.
    custom_css: CustomCss;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_colour_font_or_address_is_refused() {
        assert!(Color::try_new("#2563EB").is_ok());
        for wrong in ["2563eb", "#2563e", "#2563eg", "red", "#2563eb;"] {
            assert!(Color::try_new(wrong).is_err(), "{wrong}");
        }
        assert!(Font::try_new("Source Sans 3").is_ok());
        for wrong in ["", " Inter", "Inter; x", "Inter\"", &"x".repeat(61)] {
            assert!(Font::try_new(wrong).is_err(), "{wrong}");
        }
        assert!(PictureUrl::try_new("https://cdn.../logo.png").is_ok());
        for picture in
            ["data:image/png;base64,iVBORw0KGgoA", "data:image/webp;base64,UklGRgAA", "data:image/webp;base64,UklGRg=="]
        {
            assert!(PictureUrl::try_new(picture).is_ok(), "{picture}");
        }
        let large = format!("data:image/png;base64,iVBORw0KGgoA{}", "A".repeat(65_536));
        for wrong in [
            "data:image/svg+xml;base64,iVBORw0KGgoA",
            "data:image/png;base64,UklGRgAA",
            "data:image/png;base64,iVBORw0KGgo",
            "data:image/png;base64,iVBORw0KGgo\"",
            "data:image/png;base64,iVBORw0K=goA",
            "data:text/html;base64,iVBORw0KGgoA",
            &large,
        ] {
            assert!(PictureUrl::try_new(wrong).is_err(), "{wrong}");
        }
        for wrong in ["http://a.b/c", "https://", "https:///x", "https://a b", "https://u@a.b", "javascript:alert(1)"] {
            assert!(PictureUrl::try_new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_change_says_what_was_before_and_a_repeat_changes_nothing() {
        let mut brand = Branding { primary_color: Some(Color::try_new("#000000").unwrap()), ..Branding::default() };
        let wish: BrandingChanges = serde_json::from_str(
            r##"{"primary_color": "#ffffff", "logo_url": null, "email_templates": {"ticket_created": "t1"}}"##,
        )
        .unwrap();
        let (now, before) = wish.clone().against(&brand).unwrap();
        let text = |changes: &BrandingChanges| serde_json::to_string(changes).unwrap();
        assert_eq!(text(&now), r##"{"primary_color":"#ffffff","email_templates":{"ticket_created":"t1"}}"##);
        assert_eq!(text(&before), r##"{"primary_color":"#000000","email_templates":{"ticket_created":null}}"##);
        brand.apply(&now);
        assert_eq!(wish.against(&brand), None);
    }
}
