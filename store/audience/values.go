package audience

import "slices"

// ConsentState is a state of consent as a query names it.
type ConsentState string

// The states of consent.
const (
	ConsentNone      ConsentState = "none"
	ConsentAsked     ConsentState = "asked"
	ConsentGiven     ConsentState = "given"
	ConsentConfirmed ConsentState = "confirmed"
	ConsentRefused   ConsentState = "refused"
	ConsentWithdrawn ConsentState = "withdrawn"
	ConsentExpired   ConsentState = "expired"
)

// SavedGrade says how a query asks for the saved number: yes or no for what counts
// when sending, else one exact grade.
type SavedGrade string

// The grades of a saved number.
const (
	SavedYes         SavedGrade = "yes"
	SavedNo          SavedGrade = "no"
	SavedUnknown     SavedGrade = "unknown"
	SavedTold        SavedGrade = "told"
	SavedSaysSaved   SavedGrade = "says_saved"
	SavedSeenByStaff SavedGrade = "seen_by_staff"
	SavedSelfWritten SavedGrade = "self_written"
	SavedInvalid     SavedGrade = "invalid"
)

// PlatformState is what WhatsApp reported of a contact, as a query names it.
type PlatformState string

// The states of the platform.
const (
	PlatformOK          PlatformState = "ok"
	PlatformStopped     PlatformState = "stopped"
	PlatformUnreachable PlatformState = "unreachable"
)

const (
	yes   = "yes"
	no    = "no"
	never = "never"
)

// namedKey asks for a saved audience.
const namedKey = "audience"

// fieldPrefix starts the keys of free fields: field.city.
const fieldPrefix = "field."

// Keys returns the keys of the language in the order people look for them. The last
// is the beginning of a key, "field.".
func Keys() []string {
	return []string{
		"tag", "lang", "country", "consent", "saved", "sendable", "platform", "added", "last", "expires", namedKey, fieldPrefix,
	}
}

// Values returns the values a key allows where they are a closed set, else nil.
func Values(key string) []string {
	switch key {
	case "consent":
		return texts(ConsentNone, ConsentAsked, ConsentGiven, ConsentConfirmed,
			ConsentRefused, ConsentWithdrawn, ConsentExpired)
	case "saved":
		return texts(SavedYes, SavedNo, SavedUnknown, SavedTold, SavedSaysSaved,
			SavedSeenByStaff, SavedSelfWritten, SavedInvalid)
	case "platform":
		return texts(PlatformOK, PlatformStopped, PlatformUnreachable)
	case "sendable":
		return []string{yes, no}
	}
	return nil
}

func texts[T ~string](values ...T) []string {
	all := make([]string, 0, len(values))
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}

func allowed(key, value string) bool { return slices.Contains(Values(key), value) }
