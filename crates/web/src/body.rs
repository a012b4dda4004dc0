//! What a request's body may be, and how it is taken: small forms as they come; files only where a
//! route takes one, after the guard, within their limit, read beside the pages.

use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use multer::{Constraints, Multipart, SizeLimit};
use platform::form::Form;
use platform::secrets;

use super::House;
use super::reading::{
    self,
    pool::{NotRead, Place},
};
use super::routes::Takes;
use super::visit::{Request, Trouble, own_form};

use crate::errors::Errors;

/// The largest form: a claim of a few hundred municipalities is a tenth of it.
const LARGEST_FORM: usize = 1024 * 1024;
/// The largest JSON of another system.
const LARGEST_JSON: usize = 2 * 1024 * 1024;
/// Fields of a form; the longest page has a few thousand.
const MOST_FIELDS: usize = 20_000;
/// What is written or pasted beside a file.
const LARGEST_TEXTS: usize = 4 * 1024 * 1024;
/// What is read of a body that is too large, so that its sender hears why.
const DRAINED: usize = 64 * 1024 * 1024;

/// How long a body says it is.
fn said_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Of a form that carries a file.
pub fn boundary(headers: &HeaderMap) -> Option<String> {
    multer::parse_boundary(headers.get(header::CONTENT_TYPE)?.to_str().ok()?).ok()
}

/// A body of few bytes.
///
/// # Errors
/// 413 where there are more.
async fn small(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Trouble> {
    if said_length(headers).is_some_and(|n| n > most) {
        drain(body).await;
        return Err(Trouble::Said(413, "too_large"));
    }
    to_bytes(body, most).await.map_err(|_| Trouble::Said(413, "too_large"))
}

/// What another system sends; none where it is too large.
pub async fn of_api(headers: &HeaderMap, body: Body) -> Option<Bytes> {
    small(headers, body, LARGEST_JSON).await.ok()
}

/// A form without a file.
///
/// # Errors
/// 413 where it is too large, 415 where it carries a file: this route takes none, and nothing of it
/// is read.
pub async fn form(headers: &HeaderMap, body: Body) -> Result<Form, Trouble> {
    if boundary(headers).is_some() {
        drain(body).await;
        return Err(Trouble::Said(415, "no_file_here"));
    }
    let bytes = small(headers, body, LARGEST_FORM).await?;
    let form = parse(&bytes);
    if form.0.len() > MOST_FIELDS {
        return Err(Trouble::Said(413, "too_many_fields"));
    }
    Ok(form)
}

/// Fields as a query or a form has them.
pub fn parse(bytes: &[u8]) -> Form {
    // PostgreSQL stores no NUL, and no person types one.
    let clean = |text: std::borrow::Cow<'_, str>| text.replace('\0', "");
    Form(
        form_urlencoded::parse(bytes)
            .take(MOST_FIELDS + 1)
            .map(|(name, value)| (clean(name), clean(value)))
            .collect(),
    )
}

/// Reads on without keeping anything, so that the sender hears the answer.
pub async fn drain(mut body: Body) {
    let mut read = 0;
    while read < DRAINED {
        match std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx)).await {
            Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len),
            _ => return,
        }
    }
}

/// A file as it came, not looked at yet.
struct Came {
    field: String,
    name: String,
    bytes: Vec<u8>,
    too_large: bool,
}

/// The parts of a form with a file; at most one file, of the field that the route takes.
async fn parts(
    boundary: String,
    body: Body,
    takes: Takes,
    place: &Place,
) -> Result<(Form, Option<Came>), Trouble> {
    let whole = takes.limit() + LARGEST_TEXTS + 64 * 1024;
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(whole as u64));
    let mut parts = Multipart::with_constraints(body.into_data_stream(), boundary, limits);
    let too_large = || Trouble::Said(413, "file_too_large");
    let (mut form, mut file, mut texts) = (Form::default(), None, 0);
    loop {
        let mut part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return Ok((form, file)),
            Err(multer::Error::StreamSizeExceeded { .. }) => return Err(too_large()),
            // Cut off: the command decides by what came.
            Err(_) => return Ok((form, file)),
        };
        let (field, name) = (
            part.name().unwrap_or_default().to_string(),
            part.file_name().map(|n| n.replace('\0', "")),
        );
        let wanted = name.is_none() || (takes.field() == Some(field.as_str()) && file.is_none());
        let limit = if name.is_some() { takes.limit() } else { LARGEST_TEXTS - texts };
        let (mut bytes, mut over) = (Vec::new(), false);
        loop {
            match part.chunk().await {
                Ok(Some(chunk)) if wanted && !over && bytes.len() + chunk.len() <= limit => {
                    if !place.came(chunk.len()) {
                        return Err(Trouble::Said(503, "files_busy"));
                    }
                    bytes.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => over |= wanted,
                Ok(None) => break,
                Err(multer::Error::StreamSizeExceeded { .. }) => return Err(too_large()),
                Err(_) => return Ok((form, file)),
            }
        }
        match name {
            None if over || form.0.len() >= MOST_FIELDS => {
                return Err(Trouble::Said(413, "too_large"));
            }
            None => {
                texts += bytes.len();
                form.0.push((field, String::from_utf8_lossy(&bytes).replace('\0', "")));
            }
            // A field for a file in which none was chosen has an empty name.
            Some(name) if wanted && !name.is_empty() => {
                file = Some(Came { field, name, bytes, too_large: over })
            }
            Some(_) => {}
        }
    }
}

/// What was written in a form whose sender isn't signed in any more, up to its file; nothing of the
/// file is looked at.
pub async fn texts(headers: &HeaderMap, body: Body) -> Form {
    let Some(boundary) = boundary(headers) else {
        return form(headers, body).await.unwrap_or_default();
    };
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(LARGEST_FORM as u64));
    let mut parts = Multipart::with_constraints(body.into_data_stream(), boundary, limits);
    let mut form = Form::default();
    while let Ok(Some(part)) = parts.next_field().await {
        if part.file_name().is_some() || form.0.len() >= 100 {
            break;
        }
        let name = part.name().unwrap_or_default().to_string();
        match part.text().await {
            Ok(text) => form.0.push((name, text.replace('\0', ""))),
            Err(_) => break,
        }
    }
    form
}

/// A form with a file, for somebody whom the guard has let in. The form's token is asked before
/// anything of the file is looked at. What a command sees is a table as JSON under the field's name
/// (or a paper in base64), or the sentence why it can't be read under `name.fault`; beside it
/// `name.file`, `name.digest`, and for a table that can be read otherwise `name.raw`, its bytes in
/// base64.
///
/// # Errors
/// 403 for a foreign form, 413 over the limit, with the sentence at the field; 503 where too many
/// files are being read.
pub async fn with_file(
    house: &Arc<House>,
    request: &Request,
    account: &str,
    headers: &HeaderMap,
    body: Body,
    takes: Takes,
) -> Result<Form, (Form, Trouble)> {
    let Some(boundary) = boundary(headers) else {
        return form(headers, body)
            .await
            .map(|form| without_pretence(form, takes))
            .map_err(nothing);
    };
    let busy = || Trouble::Said(503, "files_busy");
    let Some(place) = house.readers.place(account) else { return Err(nothing(busy())) };
    if said_length(headers).is_some_and(|n| n > takes.limit() + LARGEST_TEXTS) {
        drain(body).await;
        return Err(nothing(Trouble::Said(413, "file_too_large")));
    }
    let (form, file) = parts(boundary, body, takes, &place).await.map_err(nothing)?;
    let mut form = without_pretence(form, takes);
    if let Err(foreign) = own_form(request, &form) {
        return Err((form, foreign));
    }
    let Some(file) = file else { return Ok(form) };
    if file.too_large {
        let mut errors = Errors::default();
        errors.add(file.field, takes.too_large());
        return Err((form, Trouble::Refused { status: 413, errors }));
    }
    // Not before the file is there: who sends slowly keeps nobody from reading.
    let Some(_turn) = place.turn() else { return Err((form, busy())) };
    let read = house.readers.run(move || read(takes, &file.name, &file.bytes, &file.field)).await;
    match read {
        Ok(fields) => form.0.extend(fields),
        Err(NotRead::Busy) => return Err((form, busy())),
        Err(NotRead::Fell(why)) => return Err((form, Trouble::Bug(why))),
    }
    Ok(form)
}

/// Whether a field is the file's own or stands beside it: `file`, `file.digest`.
fn is_of_file(file: &str, name: &str) -> bool {
    name.strip_prefix(file).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A form without plain fields that pretend to be a file that was read: what stands under the
/// file's name, and beside it.
fn without_pretence(mut form: Form, takes: Takes) -> Form {
    if let Some(field) = takes.field() {
        form.0.retain(|(name, _)| !is_of_file(field, name));
    }
    form
}

fn nothing(trouble: Trouble) -> (Form, Trouble) {
    (Form::default(), trouble)
}

/// On a reader's thread: the fields that a file becomes.
fn read(takes: Takes, name: &str, bytes: &[u8], field: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let beside = |what: &str| format!("{field}.{what}");
    match takes {
        Takes::Paper => match super::attachment::read(name, bytes) {
            Ok(kept) => {
                fields.extend([
                    (field.to_string(), kept.content),
                    (beside("mime"), kept.mime.into()),
                ]);
                fields.push((beside("file"), kept.name));
                return fields;
            }
            Err(fault) => fields.push((beside("fault"), fault.to_string())),
        },
        Takes::Table | Takes::Fields => {
            let table = reading::read(bytes);
            // What could be read otherwise: text in another encoding, a workbook from another
            // sheet.
            let otherwise =
                reading::is_text(bytes) || table.as_ref().is_ok_and(|t| t.sheets.len() > 1);
            match table.and_then(|t| serde_json::to_string(&t).map_err(|e| e.to_string())) {
                Ok(table) => fields.push((field.to_string(), table)),
                Err(fault) => fields.push((beside("fault"), fault)),
            }
            fields.push((beside("digest"), secrets::digest_of(bytes)));
            if otherwise {
                fields.push((beside("raw"), STANDARD.encode(bytes)));
            }
        }
    }
    fields.push((beside("file"), name.to_string()));
    fields
}

/// A form as it may stand on the page again: files can't be put back into their fields.
pub fn without_files(form: &Form) -> Form {
    let files: Vec<&str> =
        form.0.iter().filter_map(|(name, _)| name.strip_suffix(".file")).take(2).collect();
    Form(
        form.0
            .iter()
            .filter(|(name, _)| !files.iter().any(|file| is_of_file(file, name)))
            .cloned()
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_field_is_no_file() {
        let fields = ["text", "attachment", "attachment.mime", "attachments", "file"]
            .map(|n| (n.to_string(), "x".to_string()));
        let form = without_pretence(Form(fields.to_vec()), Takes::Paper);
        assert_eq!(
            form.0.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>(),
            ["text", "attachments", "file"]
        );
        assert_eq!(without_pretence(form.clone(), Takes::Fields), form);
    }

    #[test]
    fn a_form_comes_back_without_its_files() {
        let form = |all: &[(&str, &str)]| {
            Form(all.iter().map(|(n, v)| ((*n).to_string(), (*v).to_string())).collect())
        };
        let all = form(&[
            ("text", "メモ"),
            ("file", "{}"),
            ("file.file", "a.csv"),
            ("file.raw", "YQ=="),
            ("filed", "x"),
        ]);
        assert_eq!(without_files(&all), form(&[("text", "メモ"), ("filed", "x")]));
        assert_eq!(without_files(&form(&[("file", "typed")])), form(&[("file", "typed")]));
    }
}
