//! The types of documents: what one is decides who reads and who adds it (DATA-6, R10).

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentType {
    /// What to do in an emergency; everybody of the company reads it.
    EmergencyProcedure,
    /// A safety data sheet (29 CFR 1910.1200(g), REACH article 31); everybody of the company reads it.
    SafetyDataSheet,
    /// A shipping paper or transport document that was signed or comes from somebody else (49 CFR 172 subpart C, ADR 5.4.1).
    TransportDocument,
    /// A container or vehicle packing certificate (IMDG 5.4.2, ADR 5.4.2).
    PackingCertificate,
    /// A special permit, special agreement or other approval of a competent authority (49 CFR 107 subpart B, ADR 1.5.1).
    CompetentAuthorityApproval,
    /// That the consignee has the goods.
    ProofOfDelivery,
    /// Anything else.
    Other,
}

impl DocumentType {
    /// Every type.
    pub const ALL: [Self; 7] = [
        Self::EmergencyProcedure,
        Self::SafetyDataSheet,
        Self::TransportDocument,
        Self::PackingCertificate,
        Self::CompetentAuthorityApproval,
        Self::ProofOfDelivery,
        Self::Other,
    ];

    /// The name in the database, in the policies and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmergencyProcedure => "EMERGENCY_PROCEDURE",
            Self::SafetyDataSheet => "SAFETY_DATA_SHEET",
            Self::TransportDocument => "TRANSPORT_DOCUMENT",
            Self::PackingCertificate => "PACKING_CERTIFICATE",
            Self::CompetentAuthorityApproval => "COMPETENT_AUTHORITY_APPROVAL",
            Self::ProofOfDelivery => "PROOF_OF_DELIVERY",
            Self::Other => "OTHER",
        }
    }

    /// The type a word names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it is for the whole company, and so of no shipment.
    #[must_use]
    pub const fn is_for_everybody(self) -> bool {
        matches!(self, Self::EmergencyProcedure | Self::SafetyDataSheet)
    }
}
