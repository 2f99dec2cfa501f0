package sender

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// Level is how much a finding matters.
type Level string

// The levels: all is well, a person should know, no broadcast would go out.
const (
	LevelOK   Level = "ok"
	LevelWarn Level = "warn"
	LevelStop Level = "stop"
)

// Check is one thing a broadcast needs.
type Check string

// The checks, in the order of [Checks].
const (
	CheckShop        Check = "shop"
	CheckConnection  Check = "connection"
	CheckToken       Check = "token"
	CheckPermissions Check = "permissions"
	CheckNumber      Check = "number"
	CheckAccount     Check = "account"
	CheckTemplate    Check = "template"
	CheckPayment     Check = "payment"
	CheckQuality     Check = "quality"
	CheckLimit       Check = "limit"
	CheckFeed        Check = "feed"
	CheckClock       Check = "clock"
	CheckFile        Check = "file"
)

// Checks lists all checks.
func Checks() []Check {
	return []Check{
		CheckShop, CheckConnection, CheckToken, CheckPermissions, CheckNumber, CheckAccount, CheckTemplate, CheckPayment,
		CheckQuality, CheckLimit, CheckFeed, CheckClock, CheckFile,
	}
}

// Facts are the details of a finding; which are set depends on its code.
type Facts struct {
	Name  string // of a template, a file, a service, an id; from outside, so show it escaped
	Code  int    // the platform's
	Count int    // of people, templates, megabytes
	Limit int    // of people in a rolling day
	At    time.Time
	Span  time.Duration
}

// Finding is what one check found.
type Finding struct {
	Check Check
	Level Level
	Code  string // see HealthCodes; a store.Blocker where it is the same fact
	Facts Facts
}

// HealthOf says which template the health is asked for; the zero value asks
// for the shop as a whole.
type HealthOf struct{ Template, Language string }

// healthWithin is how long all questions may take together.
const healthWithin = 15 * time.Second

// Health looks at everything a broadcast needs before it starts: token,
// permissions, number, template, payment, quality, limit, feed, clock, file. It
// writes what Meta says of number, account and templates into the shop file, as
// SyncAccount and SyncTemplates do. What Meta could not be asked is a finding
// too; the error is the shop file's own.
func (e *Engine) Health(ctx context.Context, of HealthOf) ([]Finding, error) {
	file, err := e.store.FileState()
	if err != nil {
		return nil, fmt.Errorf("look at the shop file: %w", err)
	}
	shop, err := e.store.Shop(ctx)
	if errors.Is(err, store.ErrNotSetUp) {
		return append([]Finding{{Check: CheckShop, Level: LevelStop, Code: string(store.BlockerNotSetUp)}}, fileFindings(file)...), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the shop: %w", err)
	}
	e.token.forget() // the owner may have mended it
	seen := e.look(ctx, shop)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("ask how the shop stands: %w", err)
	}
	seen.file, seen.of = file, of
	if err := e.recall(ctx, seen); err != nil {
		return nil, err
	}
	if err := e.forgive(ctx, seen); err != nil {
		return nil, err
	}
	return seen.findings(), nil
}

// Release looks as Health does and lets broadcasts go out again, on the owner's
// word and on the record, where Meta announced a stop and never said that it
// ended, and nothing else stands against sending. It reports whether it did.
func (e *Engine) Release(ctx context.Context, staff string) (findings []Finding, released bool, err error) {
	if findings, err = e.Health(ctx, HealthOf{}); err != nil {
		return nil, false, err
	}
	account, err := e.store.Account(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("read the account: %w", err)
	}
	others := slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Code == string(store.BlockerAccountStopped) })
	if !account.Stops(e.config.Now()) || account.StoppedByCall() || !healthy(others) {
		return findings, false, nil
	}
	if err := e.store.ReleaseAccount(ctx, staff); err != nil {
		return nil, false, fmt.Errorf("let the account go on: %w", err)
	}
	findings, err = e.Health(ctx, HealthOf{})
	return findings, true, err
}

// forgive ends a stop that a call met, where nothing else stands against sending.
func (e *Engine) forgive(ctx context.Context, seen *seen) error {
	stopped := seen.account.Stopped
	if !seen.account.StoppedByCall() || stopped == cloudapi.ReasonQuality {
		return nil
	}
	if seen.account.Stopped = ""; !healthy(seen.findings()) {
		seen.account.Stopped = stopped
		return nil
	}
	if err := e.store.ClearStop(ctx); err != nil {
		return fmt.Errorf("let the account go on: %w", err)
	}
	return nil
}

// healthy reports whether Meta was asked and had nothing against sending.
func healthy(findings []Finding) bool {
	asked := false
	for _, f := range findings {
		switch f.Check {
		case CheckConnection, CheckToken, CheckPermissions, CheckNumber, CheckAccount, CheckPayment, CheckQuality:
			if f.Level == LevelStop || f.Code == CodeUnchecked || f.Code == CodeNoConnection {
				return false
			}
			asked = asked || f.Code == CodeConnected
		case CheckShop, CheckTemplate, CheckLimit, CheckFeed, CheckClock, CheckFile:
		}
	}
	return asked
}

// Beyond are the findings a person should know of besides the blockers of a
// store.Check: none that is well, and none that could not be looked at.
func Beyond(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool {
		return f.Level == LevelOK || f.Code == CodeUnchecked || slices.Contains(store.Blockers(), store.Blocker(f.Code))
	})
}

// seen is all that was asked, with the error of each question.
type seen struct {
	of        HealthOf
	shop      store.Shop
	practises bool // it talks to this machine only
	now       time.Time

	token      cloudapi.Token
	number     store.Account
	health     cloudapi.Health
	payer      cloudapi.Payer
	subscribed bool
	failed     map[question]error

	numberIsAccount, accountIsNumber bool
	rightID                          string
	ahead                            time.Duration
	dated                            bool

	account   store.Account // as the shop file has it now
	door      store.Door
	templates []store.Template
	used      int       // of the messaging limit, in the last day
	first     time.Time // when the first of them was called
	file      store.FileState
}

// question is one call to the platform.
type question string

const (
	askToken     question = "token"
	askNumber    question = "number"
	askHealth    question = "health"
	askPayer     question = "payer"
	askApps      question = "apps"
	askTemplates question = "templates"
)

func questions() []question {
	return []question{askToken, askNumber, askHealth, askPayer, askApps, askTemplates}
}

// look asks the platform everything at once.
func (e *Engine) look(ctx context.Context, shop store.Shop) *seen {
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	c := e.client(shop)
	s := &seen{shop: shop, practises: loopback(e.config.BaseURL), failed: map[question]error{}}
	var mu sync.Mutex
	var asking sync.WaitGroup
	ask := func(q question, call func() error) {
		asking.Go(func() {
			if err := call(); err != nil {
				mu.Lock()
				defer mu.Unlock()
				s.failed[q] = err
			}
		})
	}
	ask(askToken, func() (err error) { s.token, err = c.Token(ctx); return err })
	ask(askNumber, func() (err error) { s.number, err = c.Number(ctx); return err })
	ask(askHealth, func() (err error) { s.health, err = c.Health(ctx); return err })
	ask(askPayer, func() (err error) { s.payer, err = c.Payer(ctx); return err })
	ask(askApps, func() (err error) { s.subscribed, err = c.Subscribed(ctx); return err })
	ask(askTemplates, func() error { _, err := e.SyncTemplates(ctx); return err })
	asking.Wait()
	if wrongID(s.failed[askNumber]) {
		s.rightID, s.numberIsAccount = c.NumberID(ctx, shop.Number.ShownAs)
	}
	if wrongID(s.failed[askPayer]) {
		s.accountIsNumber = c.AccountIsNumber(ctx)
	}
	s.ahead, s.dated = c.Ahead()
	return s
}

// recall keeps what was heard in the shop file, and reads from it the rest.
func (e *Engine) recall(ctx context.Context, s *seen) error {
	s.now = e.config.Now()
	account, err := e.store.Account(ctx)
	if err != nil {
		return fmt.Errorf("read the account: %w", err)
	}
	if s.failed[askNumber] == nil {
		heard := s.number
		heard.Currency = account.Currency
		if s.failed[askPayer] == nil {
			heard.Currency = s.payer.Currency
		}
		if err := e.keep(ctx, s.shop, heard); err != nil {
			return err
		}
		if account, err = e.store.Account(ctx); err != nil {
			return fmt.Errorf("read the account: %w", err)
		}
	}
	s.account = account
	if s.door, err = e.store.Door(ctx); err != nil {
		return fmt.Errorf("read the last round trip: %w", err)
	}
	if s.templates, err = e.store.Templates(ctx); err != nil {
		return fmt.Errorf("read the templates: %w", err)
	}
	s.used, s.first, err = e.outbox.PeopleSince(ctx, s.now.Add(-24*time.Hour))
	if err != nil {
		return fmt.Errorf("count the people of the last day: %w", err)
	}
	return nil
}
