export function farewell(): string {
    return "So long and thanks";
}
