// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AppealPanel} from "./AppealPanel.sol";
import {CourtBook} from "./CourtBook.sol";

/// @title DisputeCourt: documented on its interface, IDisputeCourt
contract DisputeCourt is AppealPanel {
    constructor(Wiring memory wiring, Params memory params_, address[] memory panel) CourtBook(wiring, params_) {
        _namePanel(panel);
    }
}
