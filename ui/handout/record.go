package handout

import (
	"fmt"
	"slices"
	"time"

	"pregon/store"
	"pregon/ui/say"
)

// Record is one consent as ISO/IEC TS 27560:2023 structures it: the header of the record, what is done with the
// personal data and why, who takes part, and the events of the consent's life. The field names are the standard's.
type Record struct {
	SchemaVersion string       `json:"schema_version"`
	RecordID      string       `json:"record_id"`
	PrincipalID   string       `json:"pii_principal_id"`
	Processing    []Processing `json:"pii_processing"`
	Parties       []Party      `json:"party_identification"`
	Events        []Event      `json:"event"`
}

// Processing is the notice and the purposes it was agreed to for.
type Processing struct {
	PrivacyNotice string    `json:"privacy_notice"`
	NoticeSHA256  string    `json:"privacy_notice_sha256"` // of the words, beyond the standard
	NoticeText    string    `json:"privacy_notice_text"`   // as shown, beyond the standard
	Language      string    `json:"language"`
	Purposes      []Purpose `json:"purposes"`
}

// Purpose is what the data is used for.
type Purpose struct {
	Purpose          string   `json:"purpose"`
	PurposeType      string   `json:"purpose_type"`
	LawfulBasis      string   `json:"lawful_basis"`
	Information      []string `json:"pii_information"`
	Controllers      []string `json:"pii_controllers"`
	CollectionMethod string   `json:"collection_method"`
	ProcessingMethod string   `json:"processing_method"`
	StorageLocations []string `json:"storage_locations"`
	RetentionPeriod  string   `json:"retention_period"` // ISO 8601
	Jurisdiction     []string `json:"jurisdiction"`
	Recipients       []string `json:"recipient_third_parties"`
	WithdrawalMethod string   `json:"withdrawal_method"`
	PrivacyRights    string   `json:"privacy_rights"`
}

// Party is who takes part.
type Party struct {
	ID      string `json:"party_id"`
	Name    string `json:"party_name"`
	Role    string `json:"party_role"`
	Phone   string `json:"party_phone,omitempty"`
	URL     string `json:"party_url,omitempty"`
	Country string `json:"party_country,omitempty"`
}

// Event is one moment of the consent's life.
type Event struct {
	Time     string `json:"event_time"` // RFC 3339, UTC
	Type     string `json:"event_type"` // explicit or, of states no act brought, none
	State    string `json:"event_state"`
	Entity   string `json:"entity_id"` // who recorded it
	Method   string `json:"event_method,omitempty"`
	Place    string `json:"event_place,omitempty"`
	Evidence string `json:"event_evidence,omitempty"`
	ID       string `json:"event_id"`
	Hash     string `json:"event_hash"`
	Previous string `json:"event_previous_hash"`
}

const (
	controllerID = "controller"
	platformID   = "platform"
)

// NewRecord is the record of one person. Its sentences are in p's language.
func NewRecord(proof store.Proof, p *say.Printer) Record {
	record := Record{
		SchemaVersion: "ISO/IEC TS 27560:2023", RecordID: recordID(proof), PrincipalID: principal(proof.Contact),
		Parties: []Party{
			{
				ID: controllerID, Name: proof.Shop.Name, Role: "pii_controller", Phone: string(proof.Shop.Number),
				URL: proof.Shop.PrivacyURL, Country: proof.Shop.Region,
			},
			{ID: platformID, Name: "WhatsApp (Meta)", Role: "pii_processor", URL: "https://www.whatsapp.com/legal/business-data-processing-terms"},
		},
	}
	for _, e := range proof.Events {
		record.Events = append(record.Events, eventOf(e))
	}
	if shown, found := lastShown(proof.Events); found {
		record.Processing = []Processing{processing(proof, shown, p)}
	}
	return record
}

func principal(c store.Contact) string {
	if c.Phone != "" {
		return string(c.Phone)
	}
	return c.UserID
}

// recordID is the id of the event that began the record.
func recordID(proof store.Proof) string {
	if len(proof.Events) == 0 {
		return ""
	}
	return proof.Events[0].ID
}

// lastShown is the newest event with words that were shown.
func lastShown(events []store.LedgerEvent) (store.LedgerEvent, bool) {
	for _, e := range slices.Backward(events) {
		if e.Notice.ID != "" {
			return e, true
		}
	}
	return store.LedgerEvent{}, false
}

func processing(proof store.Proof, shown store.LedgerEvent, p *say.Printer) Processing {
	return Processing{
		PrivacyNotice: noticeName(shown.Notice), NoticeSHA256: shown.Notice.SHA256, NoticeText: shown.Notice.Text,
		Language: shown.Notice.Language,
		Purposes: []Purpose{{
			Purpose: p.T("offers and news of the shop by WhatsApp"), PurposeType: "marketing", LawfulBasis: "consent",
			Information: []string{"phone_number", "name", "language"}, Controllers: []string{controllerID},
			CollectionMethod: string(shown.Method), ProcessingMethod: p.T("kept by the shop and handed to WhatsApp for delivery"),
			StorageLocations: []string{proof.Shop.Region}, RetentionPeriod: fmt.Sprintf("P%dY", proof.Shop.KeepYears), Jurisdiction: []string{proof.Shop.Region},
			Recipients:       []string{platformID},
			WithdrawalMethod: p.T("You can stop this at any time: tell us, or write STOP."),
			PrivacyRights:    p.T("You can ask the shop to see, correct or erase what it keeps about you, and complain to your data protection authority."),
		}},
	}
}

func eventOf(e store.LedgerEvent) Event {
	kind := "explicit"
	if e.Type == string(store.EventExpired) || e.Ledger == "platform" {
		kind = "none"
	}
	entity := e.Staff
	if entity == "" {
		entity = e.Ledger
	}
	return Event{
		Time: e.At.UTC().Format(time.RFC3339), Type: kind, State: e.Ledger + ":" + e.Type, Entity: entity, Method: string(e.Method),
		Place: e.Place, Evidence: e.Evidence, ID: e.ID, Hash: e.Hash, Previous: e.Prev,
	}
}
