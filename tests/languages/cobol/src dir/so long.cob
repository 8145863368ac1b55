       IDENTIFICATION DIVISION.
       PROGRAM-ID. solong.
       PROCEDURE DIVISION.
           DISPLAY "So long and thanks".
           GOBACK.
       END PROGRAM solong.
