//! What the OpenAPI document says beyond single calls: who may call, and the refusals that any call may meet.

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::info::InfoBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi, Ref, RefOr, ResponseBuilder};

use super::entry;
use super::problem::MEDIA_TYPE;

/// What any call may be refused with.
const REFUSALS: [(&str, &str); 6] = [
    ("400", "invalid_request"),
    ("401", "unauthenticated, unknown_key, unknown_app, bad_signature, stale_timestamp, replayed_nonce"),
    ("403", "forbidden"),
    ("413", "too_large"),
    ("500", "internal"),
    ("503", "busy, no_room, unsure, no_models: repeat after Retry-After"),
];

/// Completes the document.
pub(super) fn complete(openapi: &mut OpenApi) {
    openapi.info = InfoBuilder::new()
        .title("Fapiao")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Reads Chinese invoices (发票) and issues them, once and only once. docs/api/native.md tells the rest."))
        .build();
    let header = |name: &str| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(name)));
    let components = openapi.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A key of an app, made by an operator.")).build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let parts = [("app", entry::APP), ("timestamp", entry::TIMESTAMP), ("nonce", entry::NONCE_HEADER), ("signature", entry::SIGNATURE)];
    let mut signed = SecurityRequirement::default();
    for (name, of) in parts {
        components.add_security_scheme(name, header(of));
        signed = signed.add(name, Vec::<String>::new());
    }
    openapi.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new()), signed]);
    for item in openapi.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            complete_operation(operation);
        }
    }
}

fn complete_operation(operation: &mut Operation) {
    for (status, codes) in REFUSALS {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new().description(codes).content(MEDIA_TYPE, content).build();
        operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
    }
    let acting = ParameterBuilder::new()
        .name("app")
        .parameter_in(ParameterIn::Query)
        .required(utoipa::openapi::Required::False)
        .description(Some("For operators: the app that they act for."))
        .schema(Some(ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(acting));
    // An app that is named and is not there.
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().description("no_such_app").content(MEDIA_TYPE, content).build();
    operation.responses.responses.entry("404".to_owned()).or_insert(RefOr::T(response));
}
