package cloudapi

import "time"

// meaning is what one error code calls for.
type meaning struct {
	action Action
	reason string // why the broadcast stops, for Pause, Operator and Bug
	// suspect: one such failure is the person's, several in a row are ours.
	suspect bool
	// tries, when set, is after how many Retry becomes Bug.
	tries int
	after time.Duration // how long Hold holds
}

// codes is the whole of Meta's list of error codes that can answer or follow a
// send, with those that cannot and are known (developers.facebook.com,
// whatsapp/cloud-api/support/error-codes, read October 2026). What is not here
// fails the person, and stops the broadcast when it comes five times in a row.
var codes = map[int]meaning{
	// The app, the token and their rights.
	0:    {action: Operator, reason: ReasonToken},
	1:    {action: Retry, tries: 3, reason: ReasonRequest},
	2:    {action: Retry},
	3:    {action: Operator, reason: ReasonPermission},
	4:    {action: Slow},
	10:   {action: Operator, reason: ReasonPermission},
	17:   {action: Slow},
	33:   {action: Operator, reason: ReasonNumber},
	100:  {action: Bug, reason: ReasonRequest},
	104:  {action: Operator, reason: ReasonToken},
	190:  {action: Operator, reason: ReasonToken},
	192:  {action: Fail},
	368:  {action: Operator, reason: ReasonAccount},
	613:  {action: Slow},
	803:  {action: Operator, reason: ReasonNumber},
	2500: {action: Operator, reason: ReasonToken},

	80007: {action: Slow},
	80008: {action: Slow},

	// The person, the number and the account.
	130403: {action: Fail},
	130429: {action: Slow},
	130472: {action: Fail},
	130497: {action: Fail},
	131000: {action: Retry},
	131005: {action: Operator, reason: ReasonPermission},
	131008: {action: Bug, reason: ReasonRequest},
	131009: {action: Fail, suspect: true}, // about the recipient; in a row about the request
	131014: {action: Bug, reason: ReasonMedia},
	131016: {action: Retry},
	131021: {action: Fail},
	131026: {action: Fail},
	131030: {action: Fail},
	131031: {action: Operator, reason: ReasonAccount},
	131037: {action: Operator, reason: ReasonNumber},
	131042: {action: Operator, reason: ReasonPayment},
	131044: {action: Operator, reason: ReasonPayment},
	131045: {action: Operator, reason: ReasonNumber},
	131047: {action: Fail},
	131048: {action: Pause, reason: ReasonQuality},
	131049: {action: Fail},
	131050: {action: OptOut},
	131051: {action: Bug, reason: ReasonRequest},
	131052: {action: Operator, reason: ReasonMedia},
	131053: {action: Operator, reason: ReasonMedia},
	131055: {action: Bug, reason: ReasonRequest},
	131056: {action: Pair},
	131057: {action: Hold, after: 2 * time.Minute},
	131060: {action: Ignore},
	131062: {action: Fail},
	131063: {action: Operator, reason: ReasonEndpoint},
	131064: {action: Pause, reason: ReasonQuality},

	// The template.
	132000: {action: Bug, reason: ReasonRequest},
	132001: {action: Operator, reason: ReasonTemplate},
	132005: {action: Fail},
	132007: {action: Operator, reason: ReasonTemplate},
	132008: {action: Fail},
	132012: {action: Bug, reason: ReasonRequest},
	132015: {action: Pause, reason: ReasonTemplate},
	132016: {action: Operator, reason: ReasonTemplate},
	132018: {action: Fail, suspect: true}, // a person's words; in a row the template
	132068: {action: Pause, reason: ReasonTemplate},
	132069: {action: Pause, reason: ReasonTemplate},

	// Registration, payment, the marketing endpoint.
	133000: {action: Operator, reason: ReasonNumber},
	133004: {action: Retry},
	133005: {action: Operator, reason: ReasonNumber},
	133006: {action: Operator, reason: ReasonNumber},
	133008: {action: Operator, reason: ReasonNumber},
	133009: {action: Operator, reason: ReasonNumber},
	133010: {action: Operator, reason: ReasonNumber},
	133015: {action: Operator, reason: ReasonNumber},
	133016: {action: Operator, reason: ReasonNumber},
	134011: {action: Operator, reason: ReasonPayment},
	134100: {action: Bug, reason: ReasonRequest},
	134101: {action: Hold, after: 10 * time.Minute},
	134102: {action: Operator, reason: ReasonTemplate},
	135000: {action: Fail, suspect: true}, // some report it for portfolio pacing

	// Not answers to a send, but known.
	139100: {action: Ignore},
	139101: {action: Ignore},
	139102: {action: Retry},
	139103: {action: Retry},
	141006: {action: Operator, reason: ReasonPayment},
	141010: {action: Operator, reason: ReasonAccount},

	1752041: {action: Done},
	2494055: {action: Slow},
	2494100: {action: Hold, after: 5 * time.Minute},
	2593107: {action: Operator, reason: ReasonNumber},
	2593108: {action: Operator, reason: ReasonNumber},
}

// ranges are codes that Meta gives out in rows.
var ranges = []struct {
	first, last int
	meaning
}{
	{200, 299, meaning{action: Operator, reason: ReasonPermission}},
	{138000, 138024, meaning{action: Ignore}}, // calls
	{147001, 147005, meaning{action: Operator, reason: ReasonAccount}},
	{2494164, 2494179, meaning{action: Operator, reason: ReasonAccount}},
}

// subcodes say more than the code they come with: an object that does not
// exist or is not ours, and a number in maintenance.
var subcodes = map[[2]int]meaning{
	{100, 33}: {action: Operator, reason: ReasonNumber},
}

// meaningOf looks a code up; false when Meta has not told of it.
func meaningOf(code, subcode int) (meaning, bool) {
	if m, known := subcodes[[2]int{code, subcode}]; known {
		return m, true
	}
	if subcode == 2494100 { // in maintenance, whatever the code
		return codes[subcode], true
	}
	if m, known := codes[code]; known {
		return m, true
	}
	for _, r := range ranges {
		if code >= r.first && code <= r.last {
			return r.meaning, true
		}
	}
	return meaning{}, false
}
