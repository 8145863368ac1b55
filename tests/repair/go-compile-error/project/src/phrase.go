package phrase

import "strings"

// Reverse gives the words of a line in the opposite order.
func Reverse(line string) string {
	word := strings.Fields(line)
	for i, j := 0, len(words)-1; i < j; i, j = i+1, j-1 {
		words[i], words[j] = words[j], words[i]
	}
	return strings.Join(words, " ")
}
