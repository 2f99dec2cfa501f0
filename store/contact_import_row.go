package store

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"pregon/store/intake"
	"pregon/store/phone"
)

// person is one number of one row, made ready for the shop's tables, or why it is refused.
type person struct {
	line                   int
	number, other          phone.E164 // other is the second spelling the number has, mostly ""
	userID                 string
	mac, otherMAC, userMAC any
	name, folded           string
	language, country      string
	fields                 string // as the contacts table keeps them
	tags                   string // a JSON list, "" for none
	proof                  any    // proof as JSON; nil where the row claims nothing
	reason, value          string
}

// columns are the values of staged after seq. A person is known by the lesser of her spellings.
func (p person) columns() []any {
	if p.reason != "" {
		return []any{p.line, nil, nil, nil, nil, nil, nil, nil, p.name, "", "", "", "{}", "", nil, p.reason, p.value}
	}
	one := string(p.number)
	switch {
	case one == "":
		one = "id:" + p.userID
	case p.other != "":
		one = min(one, string(p.other))
	}
	return []any{
		p.line, one, orNull(string(p.number)), orNull(string(p.other)), orNull(p.userID), p.mac, p.otherMAC, p.userMAC, p.name, p.folded, p.language, p.country, p.fields,
		p.tags, p.proof, "", "",
	}
}

// proof is what a row says about consent; see [intake.Row].
type proof struct {
	At       string `json:"at"`
	Method   string `json:"method"`
	Notice   string `json:"notice"`
	Evidence string `json:"evidence"`
	Grade    string `json:"grade"`
	SavedAt  string `json:"saved_at"`
}

// persons reads one row. It is called by several goroutines at once.
func (i *importing) persons(reader *phone.Reader, row intake.Row) []person {
	refused := func(reject Reject) []person {
		return []person{{line: row.Line, name: clean(row.Name), reason: reject.Reason, value: reject.Value}}
	}
	if row.Defect != "" {
		return refused(Reject{Reason: string(row.Defect)})
	}
	numbers, reject := i.numbers(reader, row)
	if reject.Reason == "no_number" && row.UserID != "" {
		numbers, reject = []dialled{{}}, Reject{} // known by her id alone
	}
	if reject.Reason != "" {
		return refused(reject)
	}
	people := make([]person, 0, 1)
	for _, number := range numbers {
		p, err := i.person(row, number)
		if invalid, ok := errors.AsType[*InvalidError](err); ok {
			return refused(Reject{Reason: invalid.Field + "_" + invalid.Reason, Value: row.Name})
		}
		if err != nil {
			return refused(Reject{Reason: "unreadable", Value: row.Name})
		}
		people = append(people, p)
	}
	return people
}

// person makes one number of a row ready.
func (i *importing) person(row intake.Row, to dialled) (person, error) {
	number := to.number
	c := NewContact{
		Phone: number, UserID: i.userID(row, number), Name: row.Name, Language: row.Language, Source: i.Source, Tags: i.tagsOf(row), Fields: row.Fields,
	}
	if err := c.validate(); err != nil {
		return person{}, err
	}
	p := person{
		line: row.Line, number: number, userID: c.UserID, name: c.Name, folded: Fold(c.Name), language: c.Language,
		country: to.country,
	}
	if number == "" {
		p.country = c.country()
	}
	fields, err := json.Marshal(nonNil(c.Fields))
	if err != nil {
		return person{}, err //nolint:wrapcheck // becomes a reason
	}
	p.fields = string(fields)
	if p.mac, err = i.store.identityMAC("phone", string(number)); err != nil {
		return person{}, err
	}
	if p.userMAC, err = i.store.identityMAC("user", c.UserID); err != nil {
		return person{}, err
	}
	if variants := number.Variants(); len(variants) > 0 {
		p.other = variants[0]
		if p.otherMAC, err = i.store.identityMAC("phone", string(p.other)); err != nil {
			return person{}, err
		}
	}
	if len(c.Tags) > 0 {
		p.tags = jsonText(c.Tags)
	}
	if claims(row) {
		p.proof = jsonText(proof{row.ConsentAt, row.ConsentMethod, row.ConsentNotice, row.ConsentEvidence, row.SavedGrade, row.SavedAt})
	}
	return p, nil
}

// userID is the id of a row. Where each of several numbers is a contact of its own, it cannot be everybody's.
func (i *importing) userID(row intake.Row, number phone.E164) string {
	if number != "" && i.Phones == AllPhones {
		return ""
	}
	return clean(row.UserID)
}

// tagsOf are the tags of the import and of the row, each once.
func (i *importing) tagsOf(row intake.Row) []string {
	if len(row.Tags) == 0 {
		return i.Tags
	}
	tags := slices.Clone(i.Tags)
	for _, tag := range row.Tags {
		if clean, err := CleanTag(tag); err == nil && !slices.Contains(tags, clean) {
			tags = append(tags, clean)
		}
	}
	return tags
}

// jsonText encodes what cannot fail to be encoded.
func jsonText(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "null"
	}
	return string(text)
}

// dialled is a number with its country.
type dialled struct {
	number  phone.E164
	country string
}

// numbers are those of a row that can be written to: one, unless the import takes all.
func (i *importing) numbers(reader *phone.Reader, row intake.Row) ([]dialled, Reject) {
	region := i.Region
	if named, ok := phone.Region(row.Country); ok {
		region = named
	}
	reject := Reject{Line: row.Line, Reason: "no_number"}
	var first dialled
	var mobiles []dialled
	labelled := slices.ContainsFunc(row.Phones, func(p intake.Phone) bool { return p.Mobile })
	for n, found := range row.Phones {
		number, country, err := reader.Read(found.Text, region)
		one := dialled{number, country}
		switch {
		case err != nil:
			if n == 0 {
				reject.Reason, reject.Value = numberReason(err), found.Text
			}
			continue
		case found.WhatsApp:
			return []dialled{one}, Reject{}
		case first.number == "":
			first = one
		}
		mobile := found.Mobile || (!labelled && len(row.Phones) > 1 && mayBeMobile(found, number.Kind()))
		if mobile && !slices.Contains(mobiles, one) {
			mobiles = append(mobiles, one)
		}
	}
	switch {
	case first.number == "":
		return nil, reject
	case len(mobiles) == 0:
		return []dialled{first}, Reject{}
	case len(mobiles) == 1 || i.Phones == FirstPhone:
		return mobiles[:1], Reject{}
	case i.Phones == AllPhones:
		return mobiles, Reject{}
	}
	texts := make([]string, len(mobiles))
	for n, one := range mobiles {
		texts[n] = string(one.number)
	}
	return nil, Reject{Line: row.Line, Reason: "several_numbers", Value: strings.Join(texts, " / ")}
}

// mayBeMobile: of a number that the file says nothing of, its country's plan has to exclude it.
func mayBeMobile(found intake.Phone, kind phone.Kind) bool {
	return kind == phone.KindMobile || (kind.Mobile() && !found.Elsewhere)
}

func numberReason(err error) string {
	switch {
	case errors.Is(err, phone.ErrEmpty):
		return "no_number"
	case errors.Is(err, phone.ErrSeveral):
		return "several_numbers"
	case errors.Is(err, phone.ErrExponent):
		return "spoiled_number"
	case errors.Is(err, phone.ErrNeedsCountry):
		return "needs_country"
	}
	return "invalid_number"
}

func savedGrades() []Grade {
	return []Grade{GradeTold, GradeSaysSaved, GradeSeenByStaff, GradeSelfWritten}
}

// claims reports whether a row says that the person agreed, with whatever proof.
func claims(row intake.Row) bool {
	if row.ConsentAt+row.ConsentMethod+row.ConsentNotice+row.ConsentEvidence != "" {
		return true
	}
	switch Fold(row.Claim) {
	case "", "no", "n", "0", "false", "nao", "non", "nein":
		return false
	}
	return true
}

// moment reads a time as files write it; one without a zone is the shop's.
func (i *importing) moment(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, i.shop.Location()); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// ParseNotice reads how a wording is named: "optin-es", "optin-es@2" or
// "optin-es v2". Version 0 means the newest.
func ParseNotice(text string) (id string, version int) {
	text = strings.TrimSpace(text)
	for _, mark := range []string{"@v", "@", " v", ".v"} {
		name, number, found := strings.Cut(text, mark)
		if n, err := strconv.Atoi(number); found && err == nil && n > 0 {
			return strings.TrimSpace(name), n
		}
	}
	return text, 0
}
