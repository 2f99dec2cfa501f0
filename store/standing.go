package store

import (
	"slices"
	"time"
)

// Consent is the state derived from a contact's opt-ins and opt-outs.
type Consent string

// The states of consent. Given is the staff's word, Confirmed the customer's own.
const (
	ConsentNone      Consent = "none"
	ConsentAsked     Consent = "asked"
	ConsentGiven     Consent = "given"
	ConsentConfirmed Consent = "confirmed"
	ConsentRefused   Consent = "refused"
	ConsentWithdrawn Consent = "withdrawn"
	ConsentExpired   Consent = "expired"
)

// Grade is how well it is known that a customer saved the business number.
// No interface of the platform tells; it is always somebody's word.
type Grade string

// The grades. Told and Unknown are not enough to be sent to.
const (
	GradeUnknown     Grade = "unknown"
	GradeTold        Grade = "told"
	GradeSaysSaved   Grade = "says_saved"
	GradeSeenByStaff Grade = "seen_by_staff"
	GradeSelfWritten Grade = "self_written"
	GradeInvalid     Grade = "invalid"
)

// Platform is what WhatsApp said about messages from this business to a contact.
type Platform string

// The platform's states. Only the customer ends Stopped.
const (
	PlatformOK          Platform = "ok"
	PlatformStopped     Platform = "stopped"
	PlatformUnreachable Platform = "unreachable"
)

// Reason is why a contact does not get a broadcast.
type Reason string

// The reasons, in the order in which the first one is shown.
const (
	ReasonWithdrawn           Reason = "withdrawn"
	ReasonSuppressed          Reason = "suppressed"
	ReasonPlatformStopped     Reason = "platform_stopped"
	ReasonReview              Reason = "review" // wrote what a person has to judge
	ReasonNoConsent           Reason = "no_consent"
	ReasonExpired             Reason = "expired"
	ReasonNotSaved            Reason = "not_saved"
	ReasonUnreachable         Reason = "unreachable"
	ReasonInvalidNumber       Reason = "invalid_number"
	ReasonUndeliverableMarket Reason = "undeliverable_market"
	ReasonTooSoon             Reason = "too_soon"
	ReasonMissingParameter    Reason = "missing_parameter"
	ReasonMerged              Reason = "merged" // gets it under another entry
)

// Reasons lists every Reason.
func Reasons() []Reason {
	return []Reason{
		ReasonWithdrawn, ReasonSuppressed, ReasonPlatformStopped, ReasonReview, ReasonNoConsent, ReasonExpired,
		ReasonNotSaved, ReasonUnreachable, ReasonInvalidNumber, ReasonUndeliverableMarket, ReasonTooSoon,
		ReasonMissingParameter, ReasonMerged,
	}
}

// undeliverable are the countries to which marketing templates are not
// delivered: the United States since 2025-04-01, the others have no service
// (developers.facebook.com, regional stops). Also written in SQL, see
// undeliverableSQL; a test holds the two and package phone together.
var undeliverable = []string{"CU", "IR", "KP", "SY", "US"}

const undeliverableSQL = `('CU', 'IR', 'KP', 'SY', 'US')`

// Standing is a contact's derived position.
type Standing struct {
	Consent    Consent
	ConsentAt  time.Time
	Saved      Grade // valid for the shop's present number, else GradeInvalid
	SavedAt    time.Time
	Platform   Platform
	PlatformAt time.Time
	Suppressed bool
	Erased     bool // or merged into another contact
	// Held is true while a person has to judge what the contact wrote.
	Held bool
}

// Verdict says whether a contact may be sent to, and every reason why not.
type Verdict struct{ Why []Reason }

// Sendable is true when nothing stands against sending.
func (v Verdict) Sendable() bool { return len(v.Why) == 0 }

// Verdict judges the standing by the same rules as the gate in SQL; a test
// holds the two together. country is the contact's, "" when not known.
func (s Standing) Verdict(requireConfirmed bool, country string) Verdict {
	var why []Reason
	if s.Consent == ConsentWithdrawn {
		why = append(why, ReasonWithdrawn)
	}
	if s.Suppressed || s.Erased {
		why = append(why, ReasonSuppressed)
	}
	if s.Platform == PlatformStopped {
		why = append(why, ReasonPlatformStopped)
	}
	if s.Held {
		why = append(why, ReasonReview)
	}
	switch s.Consent {
	case ConsentNone, ConsentAsked, ConsentRefused:
		why = append(why, ReasonNoConsent)
	case ConsentExpired:
		why = append(why, ReasonExpired)
	case ConsentGiven:
		if requireConfirmed {
			why = append(why, ReasonNoConsent)
		}
	case ConsentConfirmed, ConsentWithdrawn:
	}
	switch s.Saved {
	case GradeUnknown, GradeTold, GradeInvalid:
		why = append(why, ReasonNotSaved)
	case GradeSaysSaved, GradeSeenByStaff, GradeSelfWritten:
	}
	if s.Platform == PlatformUnreachable {
		why = append(why, ReasonUnreachable)
	}
	if slices.Contains(undeliverable, country) {
		why = append(why, ReasonUndeliverableMarket)
	}
	return Verdict{why}
}
