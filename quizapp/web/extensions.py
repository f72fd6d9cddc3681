"""The Flask extensions of the web layer, unbound; `init_web` binds them."""

from flask_compress import Compress
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from quizapp.web.locale import Catalogues

babel = Catalogues()
compress = Compress()
csrf = CSRFProtect()
login_manager = LoginManager()
# Sessions live in the database; guarding them again would only write into everybody's cookie.
login_manager.session_protection = None
