"""Addresses of calls, applications and the map."""

from django.urls import include, path

from applications.applying.views import (
    documents,
    drafts,
    form_changes,
    letters,
    links,
    members,
    sections,
    submitting,
    trying_out,
)
from applications.calls import views
from applications.selecting.views import places

app_name = "applications"

of_call = [
    path("", views.CallView.as_view(), name="call"),
    path("questions/", views.QuestionsView.as_view(), name="questions"),
    path("questions.docx", views.QuestionsWordView.as_view(), name="questions_word"),
    path("questions.pdf", views.QuestionsPdfView.as_view(), name="questions_pdf"),
    path("check/", views.EligibilityView.as_view(), name="eligibility"),
    path("apply/", drafts.StartView.as_view(), name="start"),
]

of_application = [
    path("", drafts.OverviewView.as_view(), name="overview"),
    path("documents/", documents.FilesView.as_view(), name="documents"),
    path("files/<slug:question>/", documents.FilesView.as_view(), name="files"),
    path("documents/<uuid:document_id>/", documents.DocumentDownloadView.as_view(), name="document"),
    path(
        "documents/<uuid:document_id>/remove/",
        documents.DocumentRemoveView.as_view(),
        name="document_remove",
    ),
    path("answers.pdf", submitting.DraftFileView.as_view(), {"ending": "pdf"}, name="draft_pdf"),
    path("answers.docx", submitting.DraftFileView.as_view(), {"ending": "docx"}, name="draft_word"),
    path("check/", submitting.CheckAnswersView.as_view(), name="check"),
    path("versions/<int:number>/", submitting.VersionView.as_view(), name="version"),
    path("versions/<int:number>/pdf/", submitting.VersionPdfView.as_view(), name="version_pdf"),
    path("letter/", letters.LetterView.as_view(), name="letter"),
    path("letter.pdf", letters.LetterPdfView.as_view(), name="letter_pdf"),
    path("history/", submitting.HistoryView.as_view(), name="history"),
    path("withdraw/", submitting.WithdrawView.as_view(), name="withdraw"),
    path("test/delete/", trying_out.DeleteTestView.as_view(), name="delete_test"),
    path("people/", members.PeopleView.as_view(), name="people"),
    path("people/<uuid:invitation_id>/", members.TakeBackView.as_view(), name="take_back"),
    path("people/<int:member_id>/access/", members.ChangeAccessView.as_view(), name="change_access"),
    path("people/<int:member_id>/remove/", members.RemoveMemberView.as_view(), name="remove_member"),
    path("partners/<uuid:partner_id>/ask/", members.AskPartnerView.as_view(), name="ask_partner"),
    path("form/<int:version>/seen/", form_changes.FormSeenView.as_view(), name="form_seen"),
    path("form/<slug:name>/remove/", form_changes.RemoveUnaskedView.as_view(), name="remove_unasked"),
    path("<slug:slug>/", sections.SectionView.as_view(), name="section"),
]

urlpatterns = [
    path("calls/", views.CallListView.as_view(), name="calls"),
    path("calls/<slug:slug>/", include(of_call)),
    path("applications/", drafts.ApplicationListView.as_view(), name="mine"),
    path("applications/invitations/<uuid:invitation_id>/", links.InvitationView.as_view(), name="invitation"),
    path("applications/partner/<str:token>/", links.ConfirmPartnerView.as_view(), name="confirm_partner"),
    path("applications/partner/<str:token>/no/", links.DeclinePartnerView.as_view(), name="decline_partner"),
    path("applications/<uuid:public_id>/", include(of_application)),
    path("map/", places.PilotMapView.as_view(), name="map"),
]
