package audience

// Expr is a query: one of [All], [And], [Or], [Not], [Word], [Tag], [Language],
// [Country], [Consent], [Saved], [Sendable], [Platform], [Added], [Last],
// [LastNever], [Expires], [Field] and [Named], and nothing else. Its String is a query that parses to
// the same tree.
//
//sumtype:decl
type Expr interface {
	String() string
	expr()
}

type (
	// All holds for everyone.
	All struct{}

	// And holds when all its terms do. [Parse] makes it with two terms or more, none
	// of them an And.
	And struct{ Terms []Expr }

	// Or holds when one of its terms does. [Parse] makes it with two terms or more,
	// none of them an Or.
	Or struct{ Terms []Expr }

	// Not holds when its term does not.
	Not struct{ Term Expr }

	// Word holds when the name or the number contains the text. It is never empty.
	Word struct{ Text string }

	// Tag holds for contacts with the tag, whatever its case. It is never empty.
	Tag struct{ Name string }

	// Language holds for contacts who speak the language: lower case, parts joined by
	// a hyphen ("es", "pt-br"). A code without a region takes in all its regions.
	Language struct{ Code string }

	// Country holds for numbers of a country: two capital letters.
	Country struct{ Code string }

	// Consent holds for contacts in a state of consent.
	Consent struct{ State ConsentState }

	// Saved holds for contacts who have, have not, or have in some grade saved the
	// shop's number.
	Saved struct{ Grade SavedGrade }

	// Sendable holds for contacts that may, or may not, be messaged now.
	Sendable struct{ Want bool }

	// Platform holds for contacts in a state that WhatsApp itself reported.
	Platform struct{ State PlatformState }

	// Added holds by the age of the contact in our book.
	Added struct{ Age Age }

	// Last holds by the age of the last message the contact got from us. It does not
	// hold for contacts who never got one, whichever way it compares.
	Last struct{ Age Age }

	// LastNever holds for contacts who never got a message from us.
	LastNever struct{}

	// Expires holds for contacts whose consent ends within the span unless it is used
	// before, or later than the span. It does not hold where there is no consent.
	Expires struct{ Age Age }

	// Field holds when a free field has the value, whatever its case. The name is in
	// lower case; an empty value asks for contacts without the field.
	Field struct{ Name, Value string }

	// Named holds for those in the audience saved under the name. Only [Parse] makes
	// it, since only a shop knows what it stands for.
	Named struct{ Name string }
)

func (All) expr()       {}
func (And) expr()       {}
func (Or) expr()        {}
func (Not) expr()       {}
func (Word) expr()      {}
func (Tag) expr()       {}
func (Language) expr()  {}
func (Country) expr()   {}
func (Consent) expr()   {}
func (Saved) expr()     {}
func (Sendable) expr()  {}
func (Platform) expr()  {}
func (Added) expr()     {}
func (Last) expr()      {}
func (LastNever) expr() {}
func (Expires) expr()   {}
func (Field) expr()     {}
func (Named) expr()     {}
