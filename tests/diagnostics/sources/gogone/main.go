package main

import "example.invalid/nobody/nothing"

func main() {
	nothing.Do()
}
