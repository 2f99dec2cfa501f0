package sandbox

import "net/http"

// meaning is what the API says with a code.
type meaning struct {
	status    int // HTTP of a synchronous refusal
	title     string
	transient bool
}

// meaningOf falls back to a plain 400, as unknown codes do.
func meaningOf(code int) meaning {
	if m, ok := meanings[code]; ok {
		return m
	}
	return meaning{http.StatusBadRequest, "Unknown error", false}
}

// meanings are Meta's titles; the HTTP statuses are those of its table of
// 2024-25, which it has since taken down, so clients must go by the code.
var meanings = map[int]meaning{
	0:       {401, "AuthException", false},
	1:       {400, "API Unknown", false},
	2:       {503, "API Service", true},
	3:       {500, "API Method", false},
	4:       {400, "Application request limit reached", true},
	10:      {403, "Application does not have permission for this action", false},
	17:      {429, "User request limit reached", true},
	33:      {400, "Parameter value is not valid", false},
	100:     {400, "Invalid parameter", false},
	104:     {401, "Requires valid signature", false},
	190:     {401, "Access token has expired", false},
	192:     {400, "Invalid phone number", false},
	200:     {403, "You do not have the necessary permissions required to send messages on behalf of this WhatsApp Business Account", false},
	368:     {403, "Temporarily blocked for policies violations", false},
	613:     {429, "Calls to this api have exceeded the rate limit", true},
	803:     {404, "Some of the aliases you requested do not exist", false},
	2500:    {400, "Unknown path components", false},
	80007:   {429, "Rate limit issues", true},
	80008:   {429, "Too many calls to this WhatsApp Business Account", true},
	130403:  {403, "Message to a blocked user", false},
	130429:  {429, "Rate limit hit", true},
	130472:  {400, "User's number is part of an experiment", false},
	130497:  {403, "Business account is restricted from messaging users in this country", false},
	131000:  {500, "Something went wrong", true},
	131005:  {403, "Access denied", false},
	131008:  {400, "Required parameter is missing", false},
	131009:  {400, "Parameter value is not valid", false},
	131016:  {500, "Service unavailable", true},
	131021:  {400, "Recipient cannot be sender", false},
	131026:  {400, "Message undeliverable", false},
	131030:  {400, "Recipient phone number not in allowed list", false},
	131031:  {403, "Business Account locked", false},
	131037:  {400, "WhatsApp provided number needs display name approval before message can be sent", false},
	131042:  {400, "Business eligibility payment issue", false},
	131045:  {500, "Incorrect certificate", false},
	131047:  {400, "Re-engagement message", false},
	131048:  {400, "Spam rate limit hit", false},
	131049:  {400, "This message was not delivered to maintain healthy ecosystem engagement", false},
	131050:  {400, "User has stopped marketing messages from this business", false},
	131051:  {400, "Unsupported message type", false},
	131052:  {400, "Media download error", false},
	131053:  {400, "Media upload error", false},
	131055:  {400, "Method not allowed", false},
	131056:  {400, "(Business Account, Consumer Account) pair rate limit hit", true},
	131057:  {503, "Account in maintenance mode", true},
	131062:  {400, "This message type cannot be sent to a business-scoped user id", false},
	131063:  {400, "Marketing messages are disabled on Cloud API for this account", false},
	131064:  {400, "Account limited because of misclassified templates", false},
	132000:  {400, "Number of parameters does not match the expected number of params", false},
	132001:  {404, "Template name does not exist in the translation", false},
	132005:  {400, "Translated text too long", false},
	132007:  {400, "Template format character policy violated", false},
	132008:  {400, "Template parameter value is not valid", false},
	132012:  {400, "Parameter format does not match format in the created template", false},
	132015:  {400, "Template is paused", false},
	132016:  {400, "Template is disabled", false},
	132018:  {400, "There is an issue with the parameters in your template", false},
	132068:  {400, "Flow is in blocked state", false},
	132069:  {400, "Flow is in throttled state", true},
	133000:  {500, "Incomplete deregistration", false},
	133004:  {503, "Server temporarily unavailable", true},
	133005:  {400, "Two step verification PIN mismatch", false},
	133006:  {400, "Phone number re-verification needed", false},
	133008:  {400, "Too many two step verification PIN guesses", false},
	133009:  {400, "Two step verification PIN guessed too fast", false},
	133010:  {400, "Phone number not registered", false},
	133015:  {400, "Please wait a few minutes before attempting to register this phone number", true},
	133016:  {400, "Account register deregister rate limit exceeded", true},
	134011:  {400, "WhatsApp Payments terms of service has not been accepted", false},
	134100:  {400, "Only marketing messages supported", false},
	134101:  {400, "Template sync to the Marketing Messages API in progress", true},
	134102:  {400, "Template unavailable for use", false},
	135000:  {400, "Generic user error", false},
	1752041: {400, "Duplicate request", false},
	2494100: {503, "Number in maintenance", true},
}
