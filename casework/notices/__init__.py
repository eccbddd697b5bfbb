"""What a person is told: notices of the program, each with the place it leads to."""
