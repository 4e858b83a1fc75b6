//! What an operation answers when all goes well, in the few forms that there are.

use std::{collections::BTreeMap, marker::PhantomData};

use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, RefOr, Response, ResponseBuilder, schema::Ref},
};

use crate::answer::Accepted;

type Responses = BTreeMap<String, RefOr<Response>>;

/// 200 with the thing, or 304.
#[derive(Debug)]
pub struct Shown<T>(PhantomData<T>);

/// 200 with one page of things.
#[derive(Debug)]
pub struct Listed<T>(PhantomData<T>);

/// 201 with the new thing, or 202.
#[derive(Debug)]
pub struct Created<T>(PhantomData<T>);

/// 200 with the changed thing, or 202.
#[derive(Debug)]
pub struct Changed<T>(PhantomData<T>);

/// 204.
#[derive(Clone, Copy, Debug)]
pub struct Done;

impl<T: ToSchema> IntoResponses for Shown<T> {
    fn responses() -> Responses {
        let unchanged = response("It is as you have it").header_ref("ETag", header("ETag"));
        of([("200", with::<T>("As it is now").header_ref("ETag", header("ETag"))), ("304", unchanged)])
    }
}

impl<T: ToSchema> IntoResponses for Listed<T> {
    fn responses() -> Responses {
        of([("200", named(&format!("PageBody_{}", T::name()), "One page").header_ref("Link", header("Link")))])
    }
}

impl<T: ToSchema> IntoResponses for Created<T> {
    fn responses() -> Responses {
        let created = written(with::<T>("It is on disk, and the lists show it")).header_ref("ETag", header("ETag"));
        let accepted = accepted().header_ref("Location", header("Location"));
        of([("201", created.header_ref("Location", header("Location"))), ("202", accepted)])
    }
}

impl<T: ToSchema> IntoResponses for Changed<T> {
    fn responses() -> Responses {
        let changed = written(with::<T>("It is on disk, and the lists show it")).header_ref("ETag", header("ETag"));
        of([("200", changed), ("202", accepted())])
    }
}

impl IntoResponses for Done {
    fn responses() -> Responses {
        of([("204", written(response("It is done; `Helpdesk-Visible` says whether the lists show it")))])
    }
}

fn accepted() -> ResponseBuilder {
    written(with::<Accepted>("It is on disk, and the lists do not show it yet: ask again with `min_position`"))
}

fn written(response: ResponseBuilder) -> ResponseBuilder {
    ["Helpdesk-Position", "Helpdesk-Visible", "Idempotency-Replayed"]
        .into_iter()
        .fold(response, |response, name| response.header_ref(name, header(name)))
}

fn of<const N: usize>(responses: [(&str, ResponseBuilder); N]) -> Responses {
    responses.into_iter().map(|(status, response)| (status.to_owned(), response.build().into())).collect()
}

fn response(description: &str) -> ResponseBuilder {
    ResponseBuilder::new().description(description)
}

fn with<T: ToSchema>(description: &str) -> ResponseBuilder {
    named(&T::name(), description)
}

/// The schema is in the document's head.
fn named(schema: &str, description: &str) -> ResponseBuilder {
    let schema = Ref::from_schema_name(schema);
    response(description).content("application/json", ContentBuilder::new().schema(Some(schema)).build())
}

fn header(name: &str) -> Ref {
    Ref::new(format!("#/components/headers/{name}"))
}
