package greet

func Farewell() string {
	return "So long and thanks"
}
