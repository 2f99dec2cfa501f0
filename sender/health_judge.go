package sender

import (
	"errors"
	"slices"
	"strings"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// The measures of the checks.
const (
	tokenSoon = 14 * 24 * time.Hour // a token that ends within this is worth a word

	// A clock that is wrong by more than clockStop sends outside the hours the
	// law leaves, and dates consents wrongly.
	clockWarn = 2 * time.Minute
	clockStop = 15 * time.Minute

	// Some 300 bytes for every recipient of every broadcast, and as much again
	// while they are written.
	megabyte = 1 << 20
	diskWarn = 512 * megabyte
	diskStop = 64 * megabyte
)

// findings judges everything that was seen, in the order of Checks.
func (s *seen) findings() []Finding {
	all := []Finding{{Check: CheckShop, Level: LevelOK, Code: CodeShopOK, Facts: Facts{Name: s.shop.Name}}}
	for _, judge := range []func() []Finding{
		s.judgeConnection, s.judgeToken, s.judgePermissions, s.judgeNumber, s.judgeAccount, s.judgeTemplate, s.judgePayment,
		s.judgeQuality, s.judgeLimit, s.judgeFeed, s.judgeClock,
	} {
		all = append(all, judge()...)
	}
	return append(all, fileFindings(s.file)...)
}

// call is the failed call behind a question; nil when it was answered.
func (s *seen) call(q question) *cloudapi.CallError {
	call, _ := errors.AsType[*cloudapi.CallError](s.failed[q])
	return call
}

// worst is the first of all questions that failed in a certain way.
func (s *seen) worst(is func(*cloudapi.CallError) bool) *cloudapi.CallError {
	for _, q := range questions() {
		if call := s.call(q); call != nil && is(call) {
			return call
		}
	}
	return nil
}

func one(check Check, level Level, code string, facts Facts) []Finding {
	return []Finding{{check, level, code, facts}}
}

func unchecked(check Check) []Finding { return one(check, LevelWarn, CodeUnchecked, Facts{}) }

func (s *seen) judgeConnection() []Finding {
	if s.shop.Practice && !s.practises {
		return one(CheckConnection, LevelStop, CodePracticeAddress, Facts{})
	}
	reason := func(want ...string) func(*cloudapi.CallError) bool {
		return func(call *cloudapi.CallError) bool { return slices.Contains(want, call.Reason) }
	}
	if call := s.worst(reason(cloudapi.ReasonNetwork)); call != nil && s.failed[askNumber] != nil {
		return one(CheckConnection, LevelWarn, CodeNoConnection, Facts{})
	}
	if call := s.call(askNumber); call != nil && slices.Contains([]string{cloudapi.ReasonAddress, cloudapi.ReasonEndpoint}, call.Reason) {
		return one(CheckConnection, LevelStop, CodeNotTheAPI, Facts{Code: call.HTTP})
	}
	if call := s.call(askNumber); call != nil && busy(call) {
		return one(CheckConnection, LevelWarn, CodePlatformBusy, Facts{Code: call.Code})
	}
	return one(CheckConnection, LevelOK, CodeConnected, Facts{})
}

// busy are answers that say nothing of the shop: too fast, or trouble of Meta's own.
func busy(call *cloudapi.CallError) bool {
	return slices.Contains([]cloudapi.Action{cloudapi.Slow, cloudapi.Hold, cloudapi.Retry, cloudapi.Lose}, call.Action)
}

func (s *seen) judgeToken() []Finding {
	call := s.worst(func(call *cloudapi.CallError) bool { return call.Reason == cloudapi.ReasonToken })
	switch {
	case call != nil && call.Code == 0 && call.HTTP == 0:
		return one(CheckToken, LevelStop, CodeNoToken, Facts{})
	case call != nil:
		// The subcodes of 190: 463 expired; 460, 467 withdrawn by a password or a person.
		code := map[int]string{463: CodeTokenExpired, 460: CodeTokenRevoked, 467: CodeTokenRevoked}[call.Subcode]
		if code == "" {
			code = CodeTokenInvalid
		}
		return one(CheckToken, LevelStop, code, Facts{Code: call.Code})
	case s.failed[askToken] != nil && s.failed[askNumber] != nil:
		return unchecked(CheckToken)
	}
	at := s.token.ExpiresAt
	switch { // where Meta does not tell about a token, it works at least
	case s.failed[askToken] != nil:
	case !at.IsZero() && !at.After(s.now):
		return one(CheckToken, LevelStop, CodeTokenExpired, Facts{At: at})
	case !s.token.Valid:
		return one(CheckToken, LevelStop, CodeTokenRevoked, Facts{})
	case !at.IsZero() && at.Sub(s.now) < tokenSoon:
		return one(CheckToken, LevelWarn, CodeTokenExpires, Facts{At: at, Span: at.Sub(s.now)})
	}
	return one(CheckToken, LevelOK, CodeTokenOK, Facts{At: at})
}

// The permissions, as Meta names them.
const (
	scopeSend   = "whatsapp_business_messaging"
	scopeManage = "whatsapp_business_management"
)

func (s *seen) judgePermissions() []Finding {
	if call := s.call(askNumber); call != nil {
		switch {
		case call.Code >= 200 && call.Code <= 299:
			return one(CheckPermissions, LevelStop, CodeAssetMissing, Facts{Code: call.Code})
		case call.Reason == cloudapi.ReasonPermission:
			return one(CheckPermissions, LevelStop, CodePermissionMissing, Facts{Code: call.Code})
		}
	}
	lacks := func(scope string) bool { return len(s.token.Scopes) > 0 && !slices.Contains(s.token.Scopes, scope) }
	refused := s.call(askPayer)
	switch {
	case lacks(scopeSend):
		return one(CheckPermissions, LevelStop, CodePermissionSend, Facts{Name: scopeSend})
	case lacks(scopeManage), refused != nil && refused.Reason == cloudapi.ReasonPermission:
		return one(CheckPermissions, LevelWarn, CodePermissionManage, Facts{Name: scopeManage})
	case s.failed[askNumber] != nil:
		return unchecked(CheckPermissions)
	}
	return one(CheckPermissions, LevelOK, CodePermissionsOK, Facts{})
}

// wrongID reports whether a question failed because its id names nothing, or
// something else: 100 with subcode 33 or a field that this kind does not have, 33, 803.
func wrongID(err error) bool {
	call, ok := errors.AsType[*cloudapi.CallError](err)
	return ok && slices.Contains([]int{33, 100, 803}, call.Code)
}

func (s *seen) judgeNumber() []Finding {
	call := s.call(askNumber)
	switch {
	case s.numberIsAccount:
		return one(CheckNumber, LevelStop, CodeNumberIsAccount, Facts{Name: s.rightID})
	case wrongID(s.failed[askNumber]):
		return one(CheckNumber, LevelStop, CodeNumberIDWrong, Facts{Name: s.shop.PhoneNumberID, Code: call.Code})
	case call != nil && call.Reason == cloudapi.ReasonAccount:
		return one(CheckNumber, LevelStop, CodeAccountLocked, Facts{Code: call.Code})
	case call != nil && call.Reason == cloudapi.ReasonNumber:
		return one(CheckNumber, LevelStop, CodeNumberNotRegistered, Facts{Code: call.Code})
	case s.failed[askNumber] != nil:
		return unchecked(CheckNumber)
	case s.number.Status != "" && s.number.Status != "CONNECTED":
		return one(CheckNumber, LevelStop, string(store.BlockerNumberStatus), Facts{Name: s.number.Status})
	case s.number.DisplayNumber != "" && !s.shop.Number.ShownAs(s.number.DisplayNumber):
		return one(CheckNumber, LevelStop, CodeNumberDiffers, Facts{Name: s.number.DisplayNumber})
	}
	if found := s.troubles(); len(found) > 0 {
		return found
	}
	return one(CheckNumber, LevelOK, CodeNumberOK, Facts{Name: s.number.DisplayNumber})
}

// The codes of health_status that have a check of their own, and those of calls, which do not matter here.
const (
	healthPayment    = 141006
	healthUnverified = 141010
	healthCalls      = 138024
)

// troubles are what Meta's own preflight says besides.
func (s *seen) troubles() []Finding {
	var found []Finding
	for _, t := range s.health.Troubles {
		if slices.Contains([]int{healthPayment, healthUnverified, healthCalls, 131042}, t.Code) {
			continue
		}
		switch t.CanSend {
		case "BLOCKED":
			found = append(found, Finding{CheckNumber, LevelStop, CodePlatformBlocks, Facts{Name: t.Entity, Code: t.Code}})
		case "LIMITED":
			found = append(found, Finding{CheckNumber, LevelWarn, CodePlatformLimits, Facts{Name: t.Entity, Code: t.Code}})
		}
	}
	return found
}

// trouble reports whether the preflight names one of these codes.
func (s *seen) trouble(codes ...int) (int, bool) {
	for _, t := range s.health.Troubles {
		if slices.Contains(codes, t.Code) {
			return t.Code, true
		}
	}
	return 0, false
}

func (s *seen) judgeAccount() []Finding {
	switch {
	case s.accountIsNumber:
		return one(CheckAccount, LevelStop, CodeAccountIsNumber, Facts{Name: s.shop.WABAID})
	case wrongID(s.failed[askPayer]) && !s.numberIsAccount:
		return one(CheckAccount, LevelStop, CodeAccountIDWrong, Facts{Name: s.shop.WABAID})
	case s.account.Stops(s.now):
		return one(CheckAccount, LevelStop, string(store.BlockerAccountStopped), Facts{Name: s.account.Stopped, At: s.account.StoppedUntil})
	case s.failed[askPayer] != nil:
		return unchecked(CheckAccount)
	}
	return one(CheckAccount, LevelOK, CodeAccountOK, Facts{})
}

func (s *seen) judgeTemplate() []Finding {
	if s.of == (HealthOf{}) {
		ready := 0
		for _, t := range s.templates {
			if t.Sendable() {
				ready++
			}
		}
		switch {
		case ready == 0 && s.failed[askTemplates] != nil:
			return unchecked(CheckTemplate)
		case ready == 0:
			return one(CheckTemplate, LevelWarn, CodeNoTemplates, Facts{})
		}
		return one(CheckTemplate, LevelOK, CodeTemplateOK, Facts{Count: ready})
	}
	at := slices.IndexFunc(s.templates, func(t store.Template) bool { return t.Name == s.of.Template && t.Language == s.of.Language })
	facts := Facts{Name: s.of.Template + " " + s.of.Language, Count: 1}
	switch {
	case at < 0 || s.templates[at].Status == store.StatusGone:
		return one(CheckTemplate, LevelStop, string(store.BlockerNoTemplate), facts)
	case !s.templates[at].Sendable():
		return one(CheckTemplate, LevelStop, string(store.BlockerNotApproved), facts)
	case s.templates[at].Quality == qualityRed:
		return one(CheckTemplate, LevelStop, string(store.BlockerTemplateRed), facts)
	case s.templates[at].Quality == qualityYellow:
		return one(CheckTemplate, LevelWarn, CodeTemplateYellow, facts)
	}
	return one(CheckTemplate, LevelOK, CodeTemplateOK, facts)
}

func (s *seen) judgePayment() []Finding {
	code, known := s.trouble(healthPayment, 131042)
	call := s.worst(func(call *cloudapi.CallError) bool { return call.Reason == cloudapi.ReasonPayment })
	switch {
	case known:
		return one(CheckPayment, LevelStop, CodePaymentProblem, Facts{Code: code})
	case call != nil:
		return one(CheckPayment, LevelStop, CodePaymentProblem, Facts{Code: call.Code})
	case s.failed[askPayer] != nil || s.failed[askHealth] != nil:
		return unchecked(CheckPayment)
	case !s.payer.Funded:
		return one(CheckPayment, LevelWarn, CodePaymentMissing, Facts{})
	}
	return one(CheckPayment, LevelOK, CodePaymentOK, Facts{Name: s.payer.Currency})
}

// qualityYellow is Meta's word for a number or template that gets complaints.
const qualityYellow = "YELLOW"

func (s *seen) judgeQuality() []Finding {
	switch {
	case s.account.Quality == qualityRed:
		return one(CheckQuality, LevelStop, string(store.BlockerQualityRed), Facts{})
	case s.account.Quality == qualityYellow:
		return one(CheckQuality, LevelWarn, CodeQualityYellow, Facts{})
	case s.failed[askNumber] != nil:
		return unchecked(CheckQuality)
	}
	return one(CheckQuality, LevelOK, CodeQualityOK, Facts{Name: s.account.Quality})
}

func (s *seen) judgeLimit() []Finding {
	limit := s.account.MessagingLimit
	facts := Facts{Limit: limit, Count: s.used}
	var found []Finding
	if _, unverified := s.trouble(healthUnverified); unverified {
		found = one(CheckLimit, LevelWarn, CodeUnverified, facts)
	}
	switch {
	case s.failed[askNumber] != nil && s.account.ReadAt.IsZero():
		return unchecked(CheckLimit)
	case limit == 0:
		return append(found, Finding{CheckLimit, LevelOK, CodeLimitNone, facts})
	case s.used >= limit:
		facts.At = s.first.Add(24 * time.Hour)
		return append(found, Finding{CheckLimit, LevelWarn, CodeLimitUsed, facts})
	}
	return append(found, Finding{CheckLimit, LevelOK, CodeLimitOK, facts})
}

// doorSpoken is how long the end of a round trip says something of now.
const doorSpoken = 24 * time.Hour

// judgeFeed also says where the shop's public address did not lead to us. That
// alone stops nothing: some routers hide a machine's public address from itself.
func (s *seen) judgeFeed() []Finding {
	found := s.judgeHearing()
	problems := map[store.DoorProblem]string{
		store.DoorUnreachable: CodeDoorUnreachable, store.DoorCertificate: CodeDoorCertificate, store.DoorForeign: CodeDoorForeign,
	}
	if code := problems[s.door.Problem]; code != "" && s.now.Sub(s.door.TriedAt) < doorSpoken {
		found = append(found, Finding{CheckFeed, LevelWarn, code, Facts{Name: s.door.URL, At: s.door.TriedAt}})
	}
	return found
}

func (s *seen) judgeHearing() []Finding {
	facts := Facts{At: s.account.FeedHeardAt}
	switch {
	case !s.account.FeedConnected():
		return one(CheckFeed, LevelWarn, string(store.BlockerNoFeed), Facts{})
	case s.failed[askApps] == nil && !s.subscribed:
		return one(CheckFeed, LevelStop, CodeNotSubscribed, facts)
	case !s.account.FeedFresh(s.now):
		return one(CheckFeed, LevelStop, string(store.BlockerFeedStale), facts)
	}
	return one(CheckFeed, LevelOK, CodeFeedOK, facts)
}

func (s *seen) judgeClock() []Finding {
	facts := Facts{Span: s.ahead}
	switch off := s.ahead.Abs(); {
	case !s.dated:
		return unchecked(CheckClock)
	case off > clockStop:
		return one(CheckClock, LevelStop, CodeClockWrong, facts)
	case off > clockWarn:
		return one(CheckClock, LevelWarn, CodeClockOff, facts)
	}
	return one(CheckClock, LevelOK, CodeClockOK, facts)
}

func fileFindings(file store.FileState) []Finding {
	var found []Finding
	add := func(level Level, code string, facts Facts) {
		found = append(found, Finding{CheckFile, level, code, facts})
	}
	if file.KeyMissing {
		add(LevelStop, string(store.BlockerKeyMissing), Facts{Name: file.Path + ".key"})
	}
	if len(file.Exposed) > 0 {
		add(LevelStop, CodeFileExposed, Facts{Name: strings.Join(file.Exposed, " "), Count: len(file.Exposed)})
	}
	if file.OpenFolder {
		add(LevelWarn, CodeFolderOpen, Facts{})
	}
	if file.Synced != "" {
		add(LevelWarn, CodeFileSynced, Facts{Name: file.Synced})
	}
	free := Facts{Count: int(file.Free / megabyte)}
	switch {
	case file.Free < 0:
	case file.Free < diskStop:
		add(LevelStop, CodeDiskFull, free)
	case file.Free < diskWarn:
		add(LevelWarn, CodeDiskLow, free)
	}
	if len(found) == 0 {
		add(LevelOK, CodeFileOK, Facts{Name: file.Path})
	}
	return found
}
