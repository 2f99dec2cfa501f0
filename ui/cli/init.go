package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pregon/assets"
	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/say"
)

// shopFlags are what init was given.
type shopFlags struct {
	name, number, phoneNumberID, wabaID, timezone, language string
	hours, days, every, products, privacy, staff            string
	keepYears                                               int
	times                                                   int
	confirmed, dryRun                                       bool
}

func (l *line) initCommand() *cobra.Command {
	var f shopFlags
	cmd := &cobra.Command{Use: "init", Short: l.say.T("set the shop up, or change it"), Args: cobra.NoArgs}
	flags := cmd.Flags()
	flags.StringVar(&f.name, "name", "", l.say.T("name of the shop, as customers know it"))
	flags.StringVar(&f.number, "number", "", l.say.T("the number customers save"))
	flags.StringVar(&f.phoneNumberID, "phone-number-id", "", l.say.T("Meta's id of that number"))
	flags.StringVar(&f.wabaID, "waba-id", "", l.say.T("Meta's id of the account"))
	flags.StringVar(&f.timezone, "timezone", "", l.say.T("time zone, such as Europe/Madrid"))
	flags.StringVar(&f.language, "language", "", l.say.T("language of the shop: en, es, pt"))
	flags.StringVar(&f.hours, "hours", "", l.say.T("when broadcasts may go out, such as 09:00-20:00"))
	flags.StringVar(&f.days, "days", "", l.say.T("on which days, such as mon,tue,sat"))
	flags.IntVar(&f.keepYears, "keep-years", 0, l.say.T("how many years a proof is kept after its last use, 1 to 5"))
	flags.StringVar(&f.every, "every", "", l.say.T("how often one person may get one, such as 7d"))
	flags.StringVar(&f.products, "products", "", l.say.T("what the shop sells, for the consent wording"))
	flags.IntVar(&f.times, "times-a-month", 0, l.say.T("how often the wording says messages come"))
	flags.StringVar(&f.privacy, "privacy-url", "", l.say.T("the privacy page, for the consent wording"))
	flags.StringVar(&f.staff, "staff", "", l.say.T("who works here by default"))
	flags.BoolVar(&f.confirmed, "require-confirmed", false, l.say.T("send only to who agreed in writing"))
	flags.BoolVar(&f.dryRun, "dry-run", false, l.say.T("tell what would happen and change nothing"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return l.open(func(ctx context.Context, shop *Shop, _ []string) error {
			return l.setUp(ctx, shop.Store, f, cmd.Flags().Changed)
		})(cmd, args)
	}
	return cmd
}

func (l *line) setUp(ctx context.Context, s *store.Store, f shopFlags, given func(string) bool) error {
	settings, err := s.Shop(ctx)
	fresh := errors.Is(err, store.ErrNotSetUp)
	if fresh {
		settings, err = store.DefaultShop(), nil
		settings.Timezone = ""
		settings.Language = l.say.Language()[:2]
	}
	if err != nil {
		return err
	}
	before := settings
	if err := l.apply(&settings, f, given); err != nil {
		return err
	}
	if err := settings.Valid(); err != nil {
		return err
	}
	again, err := l.tellAgain(ctx, s, before, settings, fresh)
	if err != nil {
		return err
	}
	if !f.dryRun {
		staff := l.staff(ctx, s, f.staff)
		if err := s.SaveShop(ctx, settings, staff); err != nil {
			return err
		}
		if err := l.publishNotices(ctx, s, settings, staff); err != nil {
			return err
		}
	}
	return l.print(shopDocument(settings, again), func(p *paper) {
		done := l.say.T("%s is set up.", safe(settings.Name))
		if f.dryRun {
			done = l.say.T("Nothing was changed; this is what would happen.")
		}
		p.line(done)
		p.pairs([2]string{l.say.T("Number"), settings.Number.International()}, [2]string{l.say.T("Time zone"), settings.Timezone},
			[2]string{l.say.T("Hours"), hoursText(settings.Hours)}, [2]string{l.say.T("Shop file"), safe(s.Path()).String()})
		if !f.dryRun {
			p.line(l.say.T("Next: %s", "pregon contacts import FILE --source …"))
		}
	})
}

// tellAgain says, before anything is changed, how many people have to be asked again whether they saved the number.
func (l *line) tellAgain(ctx context.Context, s *store.Store, before, after store.Shop, fresh bool) (int, error) {
	if fresh || (before.Number == after.Number && before.PhoneNumberID == after.PhoneNumberID) {
		return 0, nil
	}
	saved, err := s.CountContacts(ctx, "saved:yes")
	if err != nil || saved.Total == 0 {
		return 0, err
	}
	if before.Number != after.Number {
		l.tell(l.say.T("Another number: %d people have saved the old one; each has to be asked again before she gets anything.", saved.Total))
	} else {
		l.tell(l.say.T("Another number id: %d people have saved the number. Each has to be asked again, unless Meta says that the new id is of the same number; %s asks it.", saved.Total, "pregon doctor"))
	}
	return saved.Total, nil
}

// apply puts what was given over what stands.
func (l *line) apply(settings *store.Shop, f shopFlags, given func(string) bool) error {
	text := map[string]struct {
		from string
		into *string
	}{
		"name": {f.name, &settings.Name}, "phone-number-id": {f.phoneNumberID, &settings.PhoneNumberID},
		"waba-id": {f.wabaID, &settings.WABAID}, "timezone": {f.timezone, &settings.Timezone},
		"language": {f.language, &settings.Language}, "products": {f.products, &settings.Products},
		"privacy-url": {f.privacy, &settings.PrivacyURL}, "staff": {f.staff, &settings.Staff},
		"region": {strings.ToUpper(l.region), &settings.Region},
	}
	for name, one := range text {
		if given(name) {
			*one.into = strings.TrimSpace(one.from)
		}
	}
	if given("times-a-month") {
		settings.TimesAMonth = f.times
	}
	if given("require-confirmed") {
		settings.RequireConfirmed = f.confirmed
	}
	if !slices.Contains([]string{"en", "es", "pt"}, settings.Language) {
		return &store.InvalidError{Field: "language", Reason: "unknown"}
	}
	if given("number") {
		number, err := phone.Parse(f.number, settings.Region)
		if err != nil {
			return &numberError{text: f.number, err: err}
		}
		settings.Number = number
	}
	if settings.Timezone == "" {
		settings.Timezone = l.zoneOf(settings.Number)
	}
	return applyTimes(settings, f, given)
}

func applyTimes(settings *store.Shop, f shopFlags, given func(string) bool) error {
	if given("hours") {
		opens, closes, found := strings.Cut(f.hours, "-")
		from, err := time.Parse("15:04", strings.TrimSpace(opens))
		to, err2 := time.Parse("15:04", strings.TrimSpace(closes))
		if !found || err != nil || err2 != nil {
			return &store.InvalidError{Field: "hours", Reason: "unknown"}
		}
		settings.Hours.Opens, settings.Hours.Closes = from.Hour()*60+from.Minute(), to.Hour()*60+to.Minute()
	}
	if given("days") {
		settings.Hours.Days = [7]bool{}
		for day := range strings.SplitSeq(f.days, ",") {
			at := slices.Index(weekdays(), strings.ToLower(strings.TrimSpace(day)))
			if at < 0 {
				return &store.InvalidError{Field: "days", Reason: "unknown"}
			}
			settings.Hours.Days[at] = true
		}
	}
	if given("keep-years") {
		settings.KeepYears = f.keepYears
	}
	if given("every") {
		every, ok := span(f.every)
		if !ok {
			return &store.InvalidError{Field: "every", Reason: "unknown"}
		}
		settings.Every = every
	}
	return nil
}

func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

// span reads a length of time, days and weeks included: 7d, 2w, 84h.
func span(text string) (time.Duration, bool) {
	for unit, length := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if number, found := strings.CutSuffix(text, unit); found {
			n, err := strconv.Atoi(number)
			return time.Duration(n) * length, err == nil && n > 0 && n < 1000
		}
	}
	length, err := time.ParseDuration(text)
	return length, err == nil
}

// zoneOf is a time zone for a shop that named none: of those its number may
// have, the one this computer keeps now, else the first.
func (l *line) zoneOf(number phone.E164) string {
	zones := number.Zones()
	_, here := l.Now().Local().Zone()
	for _, name := range append([]string{l.Env("TZ")}, zones...) {
		zone, err := time.LoadLocation(name)
		if err != nil || !slices.Contains(zones, name) {
			continue
		}
		if _, there := l.Now().In(zone).Zone(); there == here {
			return name
		}
	}
	if len(zones) > 0 {
		return zones[0]
	}
	return "UTC"
}

func hoursText(h store.Hours) string {
	var days []string
	for i := range h.Days {
		if day := (i + 1) % 7; h.Days[day] {
			days = append(days, weekdays()[day])
		}
	}
	clock := func(minutes int) string { return time.Time{}.Add(time.Duration(minutes) * time.Minute).Format("15:04") }
	return clock(h.Opens) + "-" + clock(h.Closes) + " " + strings.Join(days, ",")
}

func shopDocument(s store.Shop, again int) any {
	return struct {
		Name          string `json:"name"`
		Region        string `json:"region"`
		Number        string `json:"number"`
		PhoneNumberID string `json:"phone_number_id"`
		WABAID        string `json:"waba_id"`
		Timezone      string `json:"timezone"`
		Language      string `json:"language"`
		Hours         string `json:"hours"`
		EveryHours    int    `json:"every_hours"`
		AskAgain      int    `json:"ask_again"` // who had saved the number before
	}{s.Name, s.Region, string(s.Number), s.PhoneNumberID, s.WABAID, s.Timezone, s.Language, hoursText(s.Hours), int(s.Every.Hours()), again}
}

// publishNotices makes the newest embedded wordings the shop's.
func (l *line) publishNotices(ctx context.Context, s *store.Store, settings store.Shop, staff string) error {
	newest, err := wordings(settings)
	if err != nil {
		return err
	}
	return s.PublishNotices(ctx, newest, staff)
}

// wordings are the newest embedded ones with the shop's own words in them. What the shop did not say is said in the
// wording's language, since a wording with a hole would be shown to customers.
func wordings(settings store.Shop) ([]store.NoticeText, error) {
	all, err := assets.Notices()
	if err != nil {
		return nil, err
	}
	var newest []store.NoticeText
	for i, n := range all { // ordered by id and version
		if i+1 < len(all) && all[i+1].ID == n.ID {
			continue
		}
		theirs, err := say.New(n.Language, assets.Locales())
		if err != nil {
			return nil, fmt.Errorf("speak %q: %w", n.Language, err)
		}
		text := n.Text
		if settings.Products == "" {
			text = strings.ReplaceAll(text, "{products}", theirs.T("our products"))
		}
		if settings.PrivacyURL == "" {
			text = strings.ReplaceAll(text, "{privacy}", theirs.T("ask us at the counter"))
		}
		newest = append(newest, store.NoticeText{ID: n.ID, Language: n.Language, Text: text})
	}
	return newest, nil
}
