//! `textDocument/diagnostic`, and the diagnostics that are pushed to clients that do not ask.

use ide::{Severity, Tag};
use tower_lsp::ls_types::request::DocumentDiagnosticRequest;
use tower_lsp::ls_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, DocumentDiagnosticParams,
    DocumentDiagnosticReport, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport, Location,
    NumberOrString, RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Uri,
};

use crate::convert::Converter;
use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for DocumentDiagnosticRequest {
    fn answer(
        snapshot: &Snapshot,
        params: DocumentDiagnosticParams,
    ) -> Outcome<DocumentDiagnosticReportResult> {
        let uri = params.text_document.uri;
        let result_id = snapshot.document(&uri)?.0.revision.to_string();
        let report = if params.previous_result_id.as_ref() == Some(&result_id) {
            DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
            })
        } else {
            let (_, items) = of(snapshot, &uri)?;
            let report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
            DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
                related_documents: None,
                full_document_diagnostic_report: report,
            })
        };
        Ok(DocumentDiagnosticReportResult::Report(report))
    }
}

/// The diagnostics of a document, and the revision of it that they are about.
pub fn of(snapshot: &Snapshot, uri: &Uri) -> Outcome<(u64, Vec<Diagnostic>)> {
    let (document, converter) = snapshot.document(uri)?;
    let found = snapshot.analysis.diagnostics(document.file)?;
    Ok((document.revision, found.into_iter().map(|it| diagnostic(uri, &converter, it)).collect()))
}

fn diagnostic(uri: &Uri, converter: &Converter, it: ide::Diagnostic) -> Diagnostic {
    let related = it.related.into_iter().map(|related| DiagnosticRelatedInformation {
        location: Location { uri: uri.clone(), range: converter.range(related.range) },
        message: related.message,
    });
    let related: Vec<_> = related.collect();
    let tags = it.tags.into_iter().map(|tag| match tag {
        Tag::Unnecessary => DiagnosticTag::UNNECESSARY,
        Tag::Deprecated => DiagnosticTag::DEPRECATED,
    });
    let tags: Vec<_> = tags.collect();
    Diagnostic {
        range: converter.range(it.range),
        severity: Some(match it.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Information => DiagnosticSeverity::INFORMATION,
            Severity::Hint => DiagnosticSeverity::HINT,
        }),
        code: Some(NumberOrString::String(it.code.to_owned())),
        code_description: None,
        source: Some("bytelens".into()),
        message: it.message,
        related_information: (!related.is_empty()).then_some(related),
        tags: (!tags.is_empty()).then_some(tags),
        data: None,
    }
}
