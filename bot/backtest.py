"""What a rule line would do: a back-test over stored history."""
