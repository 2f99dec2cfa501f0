package sender

import "pregon/store"

// The codes of findings that are no store.Blocker.
const (
	CodeUnchecked = "unchecked" // something before it has to be mended first

	CodeShopOK              = "shop_ok"
	CodeConnected           = "connected"
	CodeNoConnection        = "no_connection"
	CodeNotTheAPI           = "not_the_api"
	CodePlatformBusy        = "platform_busy"
	CodePracticeAddress     = "practice_address"
	CodeTokenOK             = "token_ok"
	CodeTokenExpires        = "token_expires"
	CodeTokenExpired        = "token_expired"
	CodeTokenRevoked        = "token_revoked"
	CodeTokenInvalid        = "token_invalid"
	CodeNoToken             = "no_token"
	CodePermissionsOK       = "permissions_ok"
	CodePermissionMissing   = "permission_missing"
	CodePermissionSend      = "permission_messaging"
	CodePermissionManage    = "permission_management"
	CodeAssetMissing        = "asset_missing"
	CodeNumberOK            = "number_ok"
	CodeNumberIsAccount     = "number_id_is_account"
	CodeNumberIDWrong       = "number_id_wrong"
	CodeNumberDiffers       = "number_differs"
	CodeNumberNotRegistered = "number_not_registered"
	CodeAccountOK           = "account_ok"
	CodeAccountIsNumber     = "account_id_is_number"
	CodeAccountIDWrong      = "account_id_wrong"
	CodeAccountLocked       = "account_locked"
	CodePlatformBlocks      = "platform_blocks"
	CodePlatformLimits      = "platform_limits"
	CodeTemplateOK          = "template_ok"
	CodeTemplateYellow      = "template_quality_yellow"
	CodeNoTemplates         = "no_templates"
	CodePaymentOK           = "payment_ok"
	CodePaymentProblem      = "payment_problem"
	CodePaymentMissing      = "payment_missing"
	CodeQualityOK           = "quality_ok"
	CodeQualityYellow       = "quality_yellow"
	CodeLimitNone           = "limit_none"
	CodeLimitOK             = "limit_ok"
	CodeLimitUsed           = "limit_used"
	CodeUnverified          = "business_unverified"
	CodeFeedOK              = "feed_ok"
	CodeNotSubscribed       = "app_not_subscribed"
	CodeDoorUnreachable     = "door_unreachable"
	CodeDoorCertificate     = "door_certificate"
	CodeDoorForeign         = "door_foreign"
	CodeClockOK             = "clock_ok"
	CodeClockOff            = "clock_off"
	CodeClockWrong          = "clock_wrong"
	CodeFileOK              = "file_ok"
	CodeFileExposed         = "file_exposed"
	CodeFolderOpen          = "folder_open"
	CodeFileSynced          = "file_synced"
	CodeDiskLow             = "disk_low"
	CodeDiskFull            = "disk_nearly_full"
)

// HealthCodes lists every code a finding may have.
func HealthCodes() []string {
	return []string{
		CodeUnchecked, CodeShopOK, CodeConnected, CodeNoConnection, CodeNotTheAPI, CodePlatformBusy, CodePracticeAddress, CodeTokenOK,
		CodeTokenExpires, CodeTokenExpired, CodeTokenRevoked, CodeTokenInvalid, CodeNoToken, CodePermissionsOK,
		CodePermissionMissing, CodePermissionSend, CodePermissionManage, CodeAssetMissing, CodeNumberOK, CodeNumberIsAccount,
		CodeNumberIDWrong, CodeNumberDiffers, CodeNumberNotRegistered, CodeAccountOK, CodeAccountIsNumber, CodeAccountIDWrong,
		CodeAccountLocked, CodePlatformBlocks, CodePlatformLimits, CodeTemplateOK, CodeTemplateYellow, CodeNoTemplates,
		CodePaymentOK, CodePaymentProblem, CodePaymentMissing, CodeQualityOK, CodeQualityYellow, CodeLimitNone, CodeLimitOK,
		CodeLimitUsed, CodeUnverified, CodeFeedOK, CodeNotSubscribed, CodeDoorUnreachable, CodeDoorCertificate, CodeDoorForeign, CodeClockOK, CodeClockOff, CodeClockWrong, CodeFileOK,
		CodeFileExposed, CodeFolderOpen, CodeFileSynced, CodeDiskLow, CodeDiskFull,
		string(store.BlockerNotSetUp), string(store.BlockerNoTemplate), string(store.BlockerNotApproved), string(store.BlockerTemplateRed),
		string(store.BlockerQualityRed), string(store.BlockerNumberStatus), string(store.BlockerNoFeed), string(store.BlockerFeedStale),
		string(store.BlockerKeyMissing), string(store.BlockerAccountStopped),
	}
}
