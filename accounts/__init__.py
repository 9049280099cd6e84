"""Who is who: users, guests, sign-in, API tokens. Imports no other app."""
