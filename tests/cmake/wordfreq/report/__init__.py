def table(line):
    name, count = line.split()
    return f"| {name} {count} |"
