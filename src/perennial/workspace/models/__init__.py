"""The rows behind the words of this room, one aggregate a file."""

from perennial.workspace.models.absence import Absence
from perennial.workspace.models.firm import Firm
from perennial.workspace.models.key import ApiKey
from perennial.workspace.models.mail import Mail
from perennial.workspace.models.role import Role
from perennial.workspace.models.user import Team, User

__all__ = ["Absence", "ApiKey", "Firm", "Mail", "Role", "Team", "User"]
