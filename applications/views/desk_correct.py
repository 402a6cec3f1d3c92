"""What an applicant can be asked to put right, in the officer's words and in the applicant's."""

from applications.actions.request_correction import MATERIAL
from applications.selectors.case import CaseFile
from applications.selectors.sheet import sheet_of
from applications.views.desk_forms import Target
from applications.views.desk_words import name_of
from catalog.schema.definition import Definition


def every_target(definition: Definition) -> list[Target]:
    """Every question and document of the form; nothing of the case is read for it."""
    questions = [
        Target(question.key, name_of(question), str(question.title))
        for question in definition.questions()
    ]
    papers = [
        Target(MATERIAL + material.code, str(material.name), str(material.name))
        for material in definition.materials
        if material.upload is not None
    ]
    return [*questions, *papers]


def correctable(file: CaseFile) -> list[Target]:
    """Those that apply in this case, each with what stands there now."""
    sheet = sheet_of(file.application)
    now = {line.question.key: line.value for group in file.groups for line in group.lines}
    applying = {*sheet.applying, *(MATERIAL + one.code for one in sheet.materials)}
    return [
        Target(one.target, one.title, one.asked, now.get(one.target, ""))
        for one in every_target(file.definition)
        if one.target in applying
    ]
