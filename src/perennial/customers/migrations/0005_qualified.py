"""The lanes of a board by qualification."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0004_searched_texts'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='customer',
            index=models.Index('qualification', F('worth').desc(), F('id').desc(), condition=Q(('deleted_at', None), ('qualification__isnull', False)), name='customers_qualified'),
        ),
    ]
