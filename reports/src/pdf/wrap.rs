//! Texts in lines.

use super::face::Face;

/// The lines of a text, none wider than `width`: broken between words, and within a word that is wider than a line.
pub fn lines(text: &str, face: Face, size: f32, width: f32) -> Vec<String> {
    let mut lines = vec![];
    for paragraph in text.lines() {
        let paragraph = face.shown(&paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if face.width(&joined, size) <= width {
                line = joined;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line = broken(word, face, size, width, &mut lines);
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

/// Puts all full lines of a word into `lines`; gives what is left of it.
fn broken(word: &str, face: Face, size: f32, width: f32, lines: &mut Vec<String>) -> String {
    let (mut line, mut taken) = (String::new(), 0.0);
    for sign in word.chars() {
        let wide = face.width_of(sign, size);
        if taken + wide > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            taken = 0.0;
        }
        line.push(sign);
        taken += wide;
    }
    line
}
