"""What other apps hear about accounts; accounts imports no other app, so it asks through these.

Receivers run inside the transaction of the act, and what they raise undoes it.
"""

from django.dispatch import Signal

# A guest signs in to an account: take over what is the guest's, whose row is deleted next. `guest`, `account`.
guest_merged = Signal()

# Somebody wants a copy of their data. `user`. A receiver answers {title: JSON-able value}.
collecting_user_data = Signal()

# Somebody would like to delete their account. `user`. A receiver answers a list of accounts.deletion.Obstacle.
asking_to_delete_user = Signal()

# The account is deleted next. `user`, `with_photos`: whether the photos go too.
deleting_user = Signal()
