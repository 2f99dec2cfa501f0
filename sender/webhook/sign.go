package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
)

const (
	signatureHeader = "X-Hub-Signature-256"
	signaturePrefix = "sha256="
)

// same compares in a time that tells nothing, not even the length.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

func sum(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(nil)
}

// sign is the signature of a body, as the platform makes it.
func sign(secret string, body []byte) string {
	return signaturePrefix + hex.EncodeToString(sum(secret, body))
}

// signed reports whether exactly one signature was given and is that of the
// body under the secret.
func signed(secret string, signatures []string, body []byte) bool {
	if secret == "" || len(signatures) != 1 {
		return false
	}
	given, found := strings.CutPrefix(signatures[0], signaturePrefix)
	if !found {
		return false
	}
	told, err := hex.DecodeString(given)
	if err != nil {
		return false
	}
	return hmac.Equal(told, sum(secret, body))
}
