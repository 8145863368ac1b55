# Written by aibuild-gen from aibuild.json; needs no AIBuild. Edits are merged when it is written again.
install(FILES "${products}/lib/shelf.zip" DESTINATION lib)
install(PROGRAMS "${products}/bin/shelf-list" DESTINATION bin)
